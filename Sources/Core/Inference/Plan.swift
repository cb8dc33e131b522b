import KernelInterface
import Networks
import Tensors

/// A network made ready to run: its steps with packed weights, and where every map stands in a worker's memory.
///
/// Immutable; all workers share one. Batch normalisation is folded into the convolutions (in double precision).
public struct Plan: Sendable {
  /// The shapes and activation sites of the network.
  public let shapes: GraphShapes
  /// The kernels that run it.
  public let kernels: KernelTable
  let steps: [any Step]
  /// What keeps the steps' weights.
  private let owners: [TensorSlice]
  /// Steps before it run image by image; those from it on run for a batch of images, one step after the other, because
  /// they spend more time on reading weights than on computing with them.
  let cut: Int
  /// By step: the weights of the next step's hyper function, or their beginning, which the step may fetch into the
  /// cache.
  let upcoming: [TensorSlice?]
  /// Images that an executor takes to the end together.
  public let batchSize: Int
  let output: Value
  let memory: MemoryPlan
  let scratch: ScratchPlan

  /// Plans `graph` with `weights` for `kernels`.
  ///
  /// - Throws: `GraphError` naming the node whose graph, weights or memory are at fault.
  public init(_ graph: Graph, weights: Weights, kernels: KernelTable) throws(GraphError) {
    let shapes = try GraphShapes(graph)
    let lowering = try Lowering(graph, shapes: shapes, weights: weights)
    self.shapes = shapes
    self.kernels = kernels
    steps = lowering.steps
    owners = lowering.packing.owners
    output = lowering.output
    cut = Self.cut(lowering.steps)
    upcoming = Self.upcoming(lowering.steps)
    let multiplyAdds = lowering.steps.reduce(1) { $0 + $1.multiplyAdds }
    batchSize = min(max(Self.batchMultiplyAdds / multiplyAdds, 1), Self.batch)
    memory = MemoryPlan(lowering.steps, counts: lowering.valueCounts, output: lowering.output, cut: cut)
    scratch = ScratchPlan(lowering.steps, after: memory.floats)
    guard scratch.end <= MemoryPlan.maximumFloats else {
      throw GraphError(
        node: graph.output,
        problem: "its maps would take \(scratch.end) floats, more than \(MemoryPlan.maximumFloats)")
    }
  }

  /// Most images that an executor has under way.
  public static let batch = 8
  /// Multiply-adds of a batch: enough images to share the weights' way to the processor, few enough that a screen need
  /// not wait for them.
  private static let batchMultiplyAdds = 8_000_000_000
  /// Most positions of a map whose steps run for a whole batch.
  private static let fewPositions = 64

  /// Most floats that are fetched ahead: a quarter of a usual second-level cache.
  private static let mostUpcoming = 1 << 16

  private static func upcoming(_ steps: [any Step]) -> [TensorSlice?] {
    steps.indices.map { index in
      guard index + 1 < steps.count, case .hyper(let layers) = steps[index + 1].activation?.source else { return nil }
      return layers.weights2[0..<min(mostUpcoming, layers.weights2.count)]
    }
  }

  /// The first of the steps at the end that work on small maps alone; none of them reads the image.
  private static func cut(_ steps: [any Step]) -> Int {
    let lastLarge = steps.lastIndex { $0.positions > fewPositions || $0.inputs.contains(.image) }
    return lastLarge.map { $0 + 1 } ?? 0
  }

  /// Plans a variant of a model file.
  ///
  /// - Throws: `GraphError`, as the other initialiser.
  public init(_ variant: Variant, kernels: KernelTable) throws(GraphError) {
    try self.init(variant.graph, weights: variant.weights, kernels: kernels)
  }

  /// Plans a variant up to its logits: without a softmax over the classes at its end. Statistics tell probabilities
  /// from logits, so that networks with and without such an end mean the same.
  ///
  /// - Throws: `GraphError`, as the others.
  public init(logitsOf variant: Variant, kernels: KernelTable) throws(GraphError) {
    try self.init(variant.logitsGraph, weights: variant.weights, kernels: kernels)
  }

  /// The activations, in the order in which they run.
  public var sites: [ActivationSite] { shapes.sites }
  /// The shape of the images that an ``Executor`` takes.
  public var input: FeatureShape { shapes.input }
  /// Floats that each worker's memory takes.
  public var workerFloats: Int { scratch.end }
}
