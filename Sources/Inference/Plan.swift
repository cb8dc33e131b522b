import KernelInterface
import ModelFiles
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
  let steps: [Step]
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
    output = lowering.output
    memory = MemoryPlan(lowering.steps, shapes: lowering.valueShapes, output: lowering.output)
    scratch = ScratchPlan(lowering.steps, after: memory.floats)
    guard scratch.end <= MemoryPlan.maximumFloats else {
      throw GraphError(
        node: graph.output,
        problem: "its maps would take \(scratch.end) floats, more than \(MemoryPlan.maximumFloats)")
    }
  }

  /// Plans a variant of a model file.
  ///
  /// - Throws: `GraphError`, as the other initialiser.
  public init(_ variant: Variant, kernels: KernelTable) throws(GraphError) {
    try self.init(variant.graph, weights: variant.weights, kernels: kernels)
  }

  /// The activations, in the order in which they run.
  public var sites: [ActivationSite] { shapes.sites }
  /// The shape of the image that ``Executor/run(_:image:observer:)`` takes.
  public var input: FeatureShape { shapes.input }
  /// Floats that each worker's memory takes.
  public var workerFloats: Int { scratch.end }
}
