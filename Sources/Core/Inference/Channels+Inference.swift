import KernelInterface
import Networks
import Tensors

extension Concatenation: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    var (parts, first) = ([ChannelStep.Part](), 0)
    for name in node.inputs {
      let shape = lowering.shape(name)
      parts.append(
        ChannelStep.Part(
          input: lowering.value(name), stride: shape.channelStride, channels: ChannelRuns(first: shape.channels),
          first: first))
      first += shape.channels
    }
    lowering.append(
      ChannelStep(
        node: node.name, parts: parts, output: lowering.newValue(node.name), outputShape: lowering.shape(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var result = ReferenceMap(zeros: run.shape)
    result.values = (0..<run.shape.positions).flatMap { position in
      inputs.flatMap { input in
        input.values[position * input.shape.channels..<(position + 1) * input.shape.channels]
      }
    }
    return result
  }
}

extension ChannelSelection: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let part = ChannelStep.Part(
      input: lowering.value(node.inputs[0]), stride: lowering.shape(node.inputs[0]).channelStride,
      channels: ChannelRuns(channels), first: 0)
    lowering.append(
      ChannelStep(
        node: node.name, parts: [part], output: lowering.newValue(node.name), outputShape: lowering.shape(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var result = ReferenceMap(zeros: run.shape)
    result.values = (0..<run.shape.positions).flatMap { position in
      channels.map { inputs[0].values[position * inputs[0].shape.channels + $0] }
    }
    return result
  }
}

/// Channels of some maps put together: a join, or a choice among one map's channels.
final class ChannelStep: MapStep {
  /// What comes from one map.
  struct Part: Sendable {
    let input: Value
    /// Floats from one position of it to the next.
    let stride: Int
    let channels: ChannelRuns
    /// Where its channels begin in the output.
    let first: Int
  }

  let node: String
  /// In the order of their channels.
  let parts: [Part]
  let output: Value
  let outputShape: FeatureShape

  init(node: String, parts: [Part], output: Value, outputShape: FeatureShape) {
    self.node = node
    self.parts = parts
    self.output = output
    self.outputShape = outputShape
  }

  var title: String { parts.count == 1 ? "select channels" : "concatenate" }

  var inputs: [Value] { parts.map(\.input) }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      for (index, part) in parts.enumerated() {
        executor.plan.kernels.copyChannels(
          ChannelCall(
            input: executor.map(part.input, slot), inputStride: part.stride, output: executor.map(output, slot),
            outputStride: outputShape.channelStride, positions: outputShape.positions, firstChannel: part.first,
            channels: part.channels, endsMap: index == parts.count - 1))
      }
    }
  }
}
