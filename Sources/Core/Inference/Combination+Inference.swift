import Functions
import KernelInterface
import Networks
import Tensors

extension Combination: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let shape = lowering.shape(node.name)
    if function == .add, node.inputs.allSatisfy({ lowering.shape($0) == shape }) {
      lowering.append(lowering.elementwise(.sum(lowering.value(node.inputs[1])), node))
    } else {
      lowering.append(lowering.combination(function, node))
    }
  }

  // With broadcasting a sum is no epilogue.
  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { function == .add && fusions.joinsEqualShapes(node) }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var result = ReferenceMap(zeros: run.shape)
    for index in result.values.indices {
      let (position, channel) = index.quotientAndRemainder(dividingBy: run.shape.channels)
      let (row, column) = position.quotientAndRemainder(dividingBy: run.shape.width)
      result.values[index] = function.value(
        inputs[0].value(row, column, channel), inputs[1].value(row, column, channel))
    }
    return result
  }
}

extension ReferenceMap {
  /// What meets an element of a larger map, where an extent of 1 stands for all.
  fileprivate func value(_ row: Int, _ column: Int, _ channel: Int) -> Double {
    let position = (shape.height == 1 ? 0 : row) * shape.width + (shape.width == 1 ? 0 : column)
    return values[position * shape.channels + (shape.channels == 1 ? 0 : channel)]
  }
}
