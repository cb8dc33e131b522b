/// A filter weight in fixed point, cut in two: `(upper << lowerBits + lower) / 2^precision`.
///
/// A pixel times either part fits 16-bit multiplication, which processors do several times faster than 32-bit; the sum of
/// both is exact, so nothing is lost.
struct ResampleWeight {
  /// Bits after the point: 32 less 8 for the pixel and 2 to spare, as in Pillow.
  static let precision: Int32 = 22
  static let lowerBits: Int32 = 11
  var upper: Int16
  var lower: Int16

  /// Rounds a weight of 0...1 to the nearest.
  init(_ weight: Double) {
    let fixed = Int32(weight * Double(1 << Self.precision) + 0.5)
    upper = Int16(fixed >> Self.lowerBits)
    lower = Int16(fixed & (1 << Self.lowerBits - 1))
  }
}

/// The weights of an antialiased triangle filter along one axis, in the fixed point of Pillow's `resize(…, BILINEAR)`.
///
/// An output at position p reads `taps` sources from `starts[p]` on, weighted by numbers that sum to about 1; the
/// triangle is as wide as the reduction, so no source is skipped.
struct ResampleWeights {
  /// Weights per output; where fewer are needed, zeros fill.
  private(set) var taps = 0
  /// First source of each output, such that `taps` sources exist from there.
  private(set) var starts: [Int] = []
  /// `taps` weights for each output.
  private(set) var weights: [ResampleWeight] = []
  /// Sources that any output reads.
  private(set) var sources = 0..<0
  private var axis: AxisGeometry?

  /// Whether the axis keeps its extent, so that no filter runs at all.
  var isIdentity: Bool { axis.map { $0.source == $0.resized } ?? true }

  /// Computes the weights of the shown outputs of `axis`, unless they are those of the last call.
  mutating func prepare(for axis: AxisGeometry) {
    guard self.axis != axis else { return }
    self.axis = axis
    sources = axis.shown
    guard !isIdentity else { return }
    let triangles = axis.shown.map { Triangle(output: $0, of: axis) }
    taps = triangles.map(\.sources.count).max() ?? 0
    starts.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for triangle in triangles { append(triangle, count: axis.source) }
    sources = (starts.min() ?? 0)..<(starts.max() ?? 0) + taps
  }

  private mutating func append(_ triangle: Triangle, count: Int) {
    // Near the end the window moves back so that it stays inside the image.
    let start = min(triangle.sources.lowerBound, count - taps)
    starts.append(start)
    var sum = 0.0
    for source in triangle.sources { sum += triangle.height(at: source) }
    for source in start..<start + taps {
      let height = triangle.sources.contains(source) ? triangle.height(at: source) : 0
      weights.append(ResampleWeight(sum == 0 ? height : height / sum))
    }
  }
}

/// The triangle over the sources of one output, evaluated with Pillow's roundings.
private struct Triangle {
  var center: Double
  var support: Double
  var sources: Range<Int>

  init(output: Int, of axis: AxisGeometry) {
    let scale = Double(axis.source) / Double(axis.resized)
    center = (Double(output) + 0.5) * scale
    support = max(1, scale)
    let low = max(0, Int(center - support + 0.5))
    sources = low..<max(low, min(axis.source, Int(center + support + 0.5)))
  }

  func height(at source: Int) -> Double {
    max(0, 1 - abs((Double(source) - center + 0.5) * (1 / support)))
  }
}
