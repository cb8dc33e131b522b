import Networks
import Tensors

/// What a step needs beside values, sized for the largest one: runs of floats after the values in a worker's arena.
struct ScratchPlan: Sendable {
  /// Floats that every image of a batch has its own run of.
  struct Rows: Sendable {
    let offset: Int
    /// Floats from one image's run to the next image's.
    let stride: Int
  }

  /// Floats of x (and of y, where it is not stored) that a watched activation keeps at a time, or one row of the map if
  /// that is more: they stay in the second-level cache until the observer has read them.
  static let tapFloats = 32_768

  /// What the hyper function's first layer takes.
  private(set) var features: Rows
  /// The hidden layer.
  private(set) var hidden: Rows
  /// The second layer's outputs.
  private(set) var residuals: Rows
  /// a, `[K][channelStride]`.
  private(set) var slopes: Rows
  /// b, `[K][channelStride]`.
  private(set) var intercepts: Rows
  /// a of shared coefficients, `[K]`.
  private(set) var sharedSlopes: Rows
  /// b of shared coefficients, `[K]`.
  private(set) var sharedIntercepts: Rows
  /// Sums under a window's taps, of one image.
  private(set) var windows: Range<Int>
  /// π of one image, one for each position.
  private(set) var attention: Range<Int>
  /// x of a watched activation.
  private(set) var argument: Range<Int>
  /// y of a watched activation with a residual.
  private(set) var result: Range<Int>
  /// What a step asks for by itself (`Step.scratchFloats`), of one image.
  private(set) var own: Range<Int>
  /// The end.
  let end: Int

  init(_ steps: [any Step], after start: Int) {
    var needs = Needs()
    for step in steps { needs.add(step) }
    var end = start
    func rows(_ count: Int) -> Rows {
      let rows = Rows(offset: end, stride: FeatureShape.padded(count))
      end += rows.stride * Plan.batch
      return rows
    }
    func one(_ count: Int) -> Range<Int> {
      let start = end
      end += FeatureShape.padded(count)
      return start..<end
    }
    features = rows(needs.features)
    hidden = rows(needs.hidden)
    residuals = rows(needs.residuals)
    slopes = rows(needs.lanes)
    intercepts = rows(needs.lanes)
    sharedSlopes = rows(needs.functions)
    sharedIntercepts = rows(needs.functions)
    windows = one(needs.windows)
    attention = one(needs.positions)
    argument = one(needs.watched)
    result = one(needs.watched)
    own = one(needs.own)
    self.end = end
  }

  /// Rows of a map that are watched at a time.
  static func watchedRows(_ shape: FeatureShape) -> Int { max(1, tapFloats / (shape.width * shape.channelStride)) }

  /// The largest count of each kind.
  private struct Needs {
    var (features, hidden, residuals, lanes, functions, windows, positions, watched) = (0, 0, 0, 0, 0, 0, 0, 0)
    var own = 0

    mutating func add(_ step: any Step) {
      own = max(own, step.scratchFloats)
      guard let activation = step.activation else { return }
      let shape = activation.site.shape
      functions = max(functions, activation.site.activation.functions)
      lanes = max(lanes, activation.site.activation.functions * shape.channelStride)
      watched = max(watched, ScratchPlan.watchedRows(shape) * shape.width * shape.channelStride)
      if activation.attention != nil { positions = max(positions, shape.positions) }
      guard case .hyper(let layers) = activation.source else { return }
      features = max(features, layers.features.counts.features)
      windows = max(windows, layers.features.counts.windows)
      hidden = max(hidden, layers.options.hidden)
      residuals = max(residuals, layers.outputs)
    }
  }
}
