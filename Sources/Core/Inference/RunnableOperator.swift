import Networks
import Tensors

/// What an operator must know to run: how it becomes steps, and what its value is, written down plainly.
protocol RunnableOperator: Operator {
  /// Asks for sums by row of what the node takes, where they save it a pass; asks for none unless told.
  func requestSums(for node: Node, _ fusions: inout Fusions)
  /// Whether the step that computes the node can keep sums by row of its value; false unless told.
  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool
  /// Appends the steps that compute the node.
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError)
  /// The value in double precision, for ``ReferenceExecutor``: one loop for each sum, nothing folded or fused.
  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap
}

extension RunnableOperator {
  func requestSums(for node: Node, _ fusions: inout Fusions) {}
  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { false }
}

extension Operation {
  /// What runs the operation: the one place of this module that knows all operators.
  var runnable: any RunnableOperator {
    switch self {
    case .input(let shape): ImageInput(shape: shape)
    case .convolution(let options): options
    case .batchNormalization(let options): options
    case .normalization(let options): options
    case .softmax(let axis): axis
    case .activation(let options): options
    case .combine(let function): Combination(function)
    case .concatenate(let axis): Concatenation(axis: axis)
    case .selectChannels(let channels): ChannelSelection(channels: channels)
    case .rearrange(let options): options
    case .upsample(let options): options
    case .globalAveragePool: GlobalAveragePool()
    case .pool(let options): options
    case .poolParts(let options): options
    case .transposedConvolution(let options): options
    case .mixedConvolution(let options): options
    case .linear(let options): options
    }
  }
}
