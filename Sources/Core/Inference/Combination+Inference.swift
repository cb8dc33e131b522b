import KernelInterface
import Networks
import Tensors

extension Combination: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    switch kind {
    case .sum where lowering.shape(node.inputs[1]) == lowering.shape(node.name):
      lowering.append(lowering.elementwise(.sum(lowering.value(node.inputs[1])), node))
    case .sum: lowering.append(lowering.combination(.add, node))
    case .product: lowering.append(lowering.combination(.multiply, node))
    }
  }

  // With broadcasting a sum is no epilogue.
  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { kind == .sum && fusions.joinsEqualShapes(node) }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    switch kind {
    case .sum: ReferenceExecutor.combined(inputs[0], inputs[1], +)
    case .product: ReferenceExecutor.combined(inputs[0], inputs[1], *)
    }
  }
}

extension ReferenceExecutor {
  /// `combine` of two maps, element by element; the second may be a vector or have one channel.
  static func combined(
    _ left: ReferenceMap, _ right: ReferenceMap, _ combine: (Double, Double) -> Double
  ) -> ReferenceMap {
    var result = left
    let channels = left.shape.channels
    for index in left.values.indices {
      let position = right.shape.positions == 1 ? 0 : index / channels
      let channel = right.shape.channels == 1 ? 0 : index % channels
      result.values[index] = combine(left.values[index], right.values[position * right.shape.channels + channel])
    }
    return result
  }
}
