import KernelInterface
import Networks
import Tensors

/// Floats that steps pass on, a feature map or sums of one: an index into a plan's placements. Number 0 is the image,
/// the only map without padding lanes.
struct Value: Sendable, Hashable {
  static let image = Value(index: 0)
  let index: Int
}

/// One call of a kernel, or a few that belong together, on maps whose place is fixed. It says what a plan must know of
/// it, and runs.
///
/// Steps are classes, so that walking a plan copies references alone.
protocol Step: AnyObject, Sendable {
  /// The nodes that the step computes.
  var nodes: [String] { get }
  /// What runs, for a plan's table.
  var title: String { get }
  /// What is done beside what it is called after, for a plan's table; nothing unless told.
  var fused: String { get }
  /// The values that it reads.
  var inputs: [Value] { get }
  /// The map that it writes; nil where it writes sums alone.
  var map: Value? { get }
  /// The sums that it writes; nil unless told.
  var kept: KeptSums? { get }
  /// The input in whose place the map may stand if nothing reads it later; nil unless told.
  var inPlaceInput: Value? { get }
  /// The shape of what it writes.
  var outputShape: FeatureShape { get }
  /// Positions that it works on.
  var positions: Int { get }
  /// The activation that runs in it; nil unless told.
  var activation: ActivationPlan? { get }
  /// Packed weights that it reads, without the activation's; none unless told.
  var packedWeights: [TensorSlice] { get }
  /// Multiply-adds of one image, without the activation's; 0 unless told.
  var ownMultiplyAdds: Int { get }
  /// Floats that it needs while it runs for an image; 0 unless told.
  var scratchFloats: Int { get }
  /// What most of it runs in, where a kernel works in tiles.
  func tile(_ kernels: KernelTable) -> TileShape?
  /// Runs for some images of an executor's batch.
  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?)
}

extension Step {
  var fused: String { "" }
  var kept: KeptSums? { nil }
  var inPlaceInput: Value? { nil }
  var positions: Int { outputShape.positions }
  var activation: ActivationPlan? { nil }
  var packedWeights: [TensorSlice] { [] }
  var ownMultiplyAdds: Int { 0 }
  var scratchFloats: Int { 0 }
  func tile(_ kernels: KernelTable) -> TileShape? { nil }

  /// The values that it writes.
  var results: [Value] { [map, kept?.value].compactMap { $0 } }
}

/// A step that computes one node's map.
protocol MapStep: Step {
  var node: String { get }
  var output: Value { get }
}

extension MapStep {
  var nodes: [String] { [node] }
  var map: Value? { output }
}

/// Sums by row that a step keeps of its output: `[rows][period][channelStride]`.
struct KeptSums: Sendable {
  let value: Value
  let period: Int
}
