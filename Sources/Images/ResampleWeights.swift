import KernelInterface
import Tensors

/// The weights of an antialiased triangle filter along one axis, in the fixed point of Pillow's `resize(…, BILINEAR)`.
///
/// An output at position p reads the same number of sources from its start on, weighted by numbers that sum to about 1;
/// the triangle is as wide as the reduction, so no source is skipped.
struct ResampleWeights {
  /// Sources that any output reads; ``filter`` counts from the first of them.
  private(set) var sources = 0..<0
  /// The weights of the shown outputs; nil where the axis keeps its extent, so that no filter runs at all.
  private(set) var filter: ResampleFilter?
  private var axis: AxisGeometry?
  private var starts = AlignedStorage<Int32>(count: 0)
  private var weights = AlignedStorage<Int32>(count: 0)

  /// Computes the weights of the shown outputs of `axis`, unless they are those of the last call.
  mutating func prepare(for axis: AxisGeometry) {
    guard self.axis != axis else { return }
    self.axis = axis
    sources = axis.shown
    filter = nil
    guard axis.source != axis.resized, !axis.shown.isEmpty else { return }
    let taps = axis.shown.reduce(1) { max($0, Triangle(output: $1, of: axis).sources.count) }
    let outputs = axis.shown.count
    makeRoom(in: &starts, for: ResampleFilter.blocks(outputs) * ResampleFilter.blockOutputs)
    makeRoom(in: &weights, for: ResampleFilter.weightCount(outputs: outputs, taps: taps))
    sources = fill(axis, taps: taps)
    filter = ResampleFilter(outputs: outputs, taps: taps, reach: sources.count, starts: starts, weights: weights)
  }

  /// Fills ``starts`` and ``weights``, those of the last output again until the last block is full. Returns the sources read.
  private func fill(_ axis: AxisGeometry, taps: Int) -> Range<Int> {
    let outputs = axis.shown.count
    // Near the end the window moves back so that it stays inside the image.
    func start(_ output: Int) -> Int {
      min(Triangle(output: axis.shown.lowerBound + output, of: axis).sources.lowerBound, axis.source - taps)
    }
    let first = start(0)
    for output in 0..<ResampleFilter.blocks(outputs) * ResampleFilter.blockOutputs {
      let triangle = Triangle(output: axis.shown.lowerBound + min(output, outputs - 1), of: axis)
      let start = min(triangle.sources.lowerBound, axis.source - taps)
      starts[output] = Int32(start - first)
      store(triangle, output: output, start: start, taps: taps)
    }
    return first..<start(outputs - 1) + taps
  }

  private func store(_ triangle: Triangle, output: Int, start: Int, taps: Int) {
    var sum = 0.0
    for source in triangle.sources { sum += triangle.height(at: source) }
    let storedTaps = ResampleFilter.storedTaps(taps)
    for tap in 0..<storedTaps {
      let source = start + tap
      let height = triangle.sources.contains(source) ? triangle.height(at: source) : 0
      let weight = Self.fixedPoint(sum == 0 ? height : height / sum)
      let index = ResampleFilter.index(output: output, tap: tap, storedTaps: storedTaps)
      for lane in 0..<ResampleFilter.blockLanes / ResampleFilter.blockOutputs { weights[index + lane] = weight }
    }
  }

  /// A weight of 0...1, rounded to the nearest.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32(weight * Double(1 << ResampleFilter.precision) + 0.5)
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
