import KernelInterface
import Tensors

/// The weights of an antialiased filter along one axis, in the fixed point of Pillow's `resize`.
///
/// Every output reads the same number of sources from its start on, weighted by numbers that sum to about 1;
/// the filter widens with the reduction, so no source is skipped.
struct ResampleWeights {
  /// Sources that any output reads; ``filter`` counts from the first of them.
  private(set) var sources = 0..<0
  /// The weights of the shown outputs; nil where the axis keeps its extent, so that no filter runs at all.
  private(set) var filter: ResampleFilter?
  private let shape: ResampleShape
  private var axis: AxisGeometry?
  private var starts = AlignedStorage<Int32>(count: 0)
  private var weights = AlignedStorage<Int32>(count: 0)

  init(_ shape: ResampleShape) { self.shape = shape }

  /// Computes the weights of the shown outputs of `axis`, unless they are those of the last call.
  mutating func prepare(for axis: AxisGeometry) {
    guard self.axis != axis else { return }
    self.axis = axis
    sources = axis.shown
    filter = nil
    guard axis.source != axis.resized, !axis.shown.isEmpty else { return }
    let taps = axis.shown.reduce(1) { max($0, window($1, of: axis).sources.count) }
    let outputs = axis.shown.count
    makeRoom(in: &starts, for: ResampleFilter.blocks(outputs) * ResampleFilter.blockOutputs)
    makeRoom(in: &weights, for: ResampleFilter.weightCount(outputs: outputs, taps: taps))
    sources = fill(axis, taps: taps)
    filter = ResampleFilter(outputs: outputs, taps: taps, reach: sources.count, starts: starts, weights: weights)
  }

  /// Fills ``starts`` and ``weights``, those of the last output again until the last block is full. Returns the sources
  /// read.
  private func fill(_ axis: AxisGeometry, taps: Int) -> Range<Int> {
    let outputs = axis.shown.count
    // Near the end the window moves back so that it stays inside the image.
    func start(_ output: Int) -> Int {
      min(window(axis.shown.lowerBound + output, of: axis).sources.lowerBound, axis.source - taps)
    }
    let first = start(0)
    for output in 0..<ResampleFilter.blocks(outputs) * ResampleFilter.blockOutputs {
      let window = window(axis.shown.lowerBound + min(output, outputs - 1), of: axis)
      let start = min(window.sources.lowerBound, axis.source - taps)
      starts[output] = Int32(start - first)
      store(window, output: output, start: start, taps: taps)
    }
    return first..<start(outputs - 1) + taps
  }

  private func window(_ output: Int, of axis: AxisGeometry) -> ResampleWindow {
    ResampleWindow(shape, output: output, of: axis)
  }

  private func store(_ window: ResampleWindow, output: Int, start: Int, taps: Int) {
    var sum = 0.0
    for source in window.sources { sum += window.height(at: source) }
    let storedTaps = ResampleFilter.storedTaps(taps)
    for tap in 0..<storedTaps {
      let source = start + tap
      let height = window.sources.contains(source) ? window.height(at: source) : 0
      let weight = Self.fixedPoint(sum == 0 ? height : height / sum)
      let index = ResampleFilter.index(output: output, tap: tap, storedTaps: storedTaps)
      for lane in 0..<ResampleFilter.blockLanes / ResampleFilter.blockOutputs { weights[index + lane] = weight }
    }
  }

  /// A weight, rounded to the nearest; halves go away from 0.
  private static func fixedPoint(_ weight: Double) -> Int32 {
    Int32(weight * Double(1 << ResampleFilter.precision) + (weight < 0 ? -0.5 : 0.5))
  }
}
