/// The weights of an antialiased triangle filter along one axis, in the fixed point of Pillow's `resize(…, BILINEAR)`.
///
/// An output at position p reads `taps` sources from `starts[p]` on, weighted by whole numbers that sum to about 2^22; the
/// triangle is as wide as the reduction, so no source is skipped.
struct ResampleWeights {
  /// Bits after the point: 32 less 8 for the pixel and 2 to spare.
  static let precision: Int32 = 22

  /// Weights per output; where fewer are needed, zeros follow.
  private(set) var taps = 0
  /// First source of each output, such that `taps` sources exist from there.
  private(set) var starts: [Int32] = []
  /// `taps` weights for each output.
  private(set) var weights: [Int32] = []
  /// Sources that any output reads.
  private(set) var sources = 0..<0
  private var axis: AxisGeometry?

  /// Whether the axis keeps its extent, so that no filter runs at all.
  var isIdentity: Bool { axis.map { $0.source == $0.resized } ?? true }

  /// Computes the weights of the shown outputs of `axis`, unless they are those of the last call.
  mutating func prepare(for axis: AxisGeometry) {
    guard self.axis != axis else { return }
    self.axis = axis
    guard !isIdentity else {
      sources = axis.shown
      return
    }
    let scale = Double(axis.source) / Double(axis.resized)
    let support = max(1, scale)
    taps = min(Int(support.rounded(.up)) * 2 + 1, axis.source)
    starts.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for output in axis.shown { append(center: (Double(output) + 0.5) * scale, support: support, count: axis.source) }
    let first = starts.first.map(Int.init) ?? 0
    sources = first..<max(first, starts.last.map { Int($0) + taps } ?? 0)
  }

  /// Adds one output's weights: the triangle around `center`, brought to the sum 1 and rounded.
  private mutating func append(center: Double, support: Double, count: Int) {
    let low = max(0, Int(center - support + 0.5))
    let high = min(count, Int(center + support + 0.5))
    func triangle(_ source: Int) -> Double {
      max(0, 1 - abs((Double(source) - center + 0.5) * (1 / support)))
    }
    var sum = 0.0
    for source in low..<high { sum += triangle(source) }
    // Near the end the window moves back so that it stays inside; leading zeros fill it.
    let start = min(low, count - taps)
    starts.append(Int32(start))
    for source in start..<start + taps {
      let inside = source >= low && source < high
      let weight = inside ? triangle(source) : 0
      weights.append(Int32((sum == 0 ? weight : weight / sum) * Double(1 << Self.precision) + 0.5))
    }
  }
}
