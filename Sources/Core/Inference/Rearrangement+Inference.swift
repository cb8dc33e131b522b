import KernelInterface
import Networks
import Tensors

extension Rearrangement: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    lowering.append(
      RearrangeStep(
        node: node.name, options: self, input: lowering.value(node.inputs[0]),
        inputShape: lowering.shape(node.inputs[0]), output: lowering.newValue(node.name),
        outputShape: lowering.shape(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let (input, shape) = (inputs[0], inputs[0].shape)
    let axes = places(of: shape)
    var result = ReferenceMap(zeros: run.shape)
    var index = 0
    for row in axes.rows {
      for column in axes.columns {
        for channel in axes.channels {
          if let row, let column, let channel {
            let position =
              (row.row + column.row + channel.row) * shape.width + row.column + column.column + channel.column
            result.values[index] =
              input.values[position * shape.channels + row.channel + column.channel + channel.channel]
          }
          index += 1
        }
      }
    }
    return result
  }
}

/// Elements of a map moved, repeated or left out.
final class RearrangeStep: MapStep {
  let node: String
  let input: Value
  let offsets: RearrangeOffsets
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, options: Rearrangement, input: Value, inputShape: FeatureShape, output: Value,
    outputShape: FeatureShape
  ) {
    self.node = node
    self.input = input
    self.output = output
    self.outputShape = outputShape
    let axes = options.places(of: inputShape)
    func offsets(_ places: [Rearrangement.Place?]) -> [Int?] {
      places.map { place in
        place.map { ($0.row * inputShape.width + $0.column) * inputShape.channelStride + $0.channel }
      }
    }
    self.offsets = RearrangeOffsets(
      rows: offsets(axes.rows), columns: offsets(axes.columns), channels: offsets(axes.channels))
  }

  var title: String { "rearrange" }
  var inputs: [Value] { [input] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.rearrange(
        RearrangeCall(input: executor.map(input, slot), output: executor.map(output, slot), offsets: offsets))
    }
  }
}
