import KernelInterface
import Networks
import Tensors

extension Concatenation: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let joint = lowering.shape(node.name)
    var (parts, first) = ([ChannelStep.Part](), 0)
    for name in node.inputs {
      let shape = lowering.shape(name)
      // Rows and columns are joined as if what they hold were channels.
      let count = axis == .channels ? shape.channels : shape.storedCount / outer(shape)
      parts.append(
        ChannelStep.Part(
          input: lowering.value(name), stride: shape.storedCount / outer(shape), channels: OffsetRuns(first: count),
          first: first))
      first += count
    }
    lowering.append(
      ChannelStep(
        node: node.name, title: axis == .channels ? "concatenate" : "concatenate \(axis.rawValue)", parts: parts,
        output: lowering.newValue(node.name), outputShape: joint, copies: outer(joint)))
  }

  /// Runs of floats that lie behind each other in a map and are joined one by one.
  private func outer(_ shape: FeatureShape) -> Int {
    switch axis {
    case .channels: shape.positions
    case .columns: shape.height
    case .rows: 1
    }
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var result = ReferenceMap(zeros: run.shape)
    result.values = (0..<outer(run.shape)).flatMap { index in
      inputs.flatMap { input in
        let count = input.shape.count / outer(input.shape)
        return input.values[index * count..<(index + 1) * count]
      }
    }
    return result
  }
}

extension ChannelSelection: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let part = ChannelStep.Part(
      input: lowering.value(node.inputs[0]), stride: lowering.shape(node.inputs[0]).channelStride,
      channels: OffsetRuns(channels), first: 0)
    lowering.append(
      ChannelStep(
        node: node.name, title: "select channels", parts: [part], output: lowering.newValue(node.name),
        outputShape: lowering.shape(node.name), copies: lowering.shape(node.name).positions))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var result = ReferenceMap(zeros: run.shape)
    result.values = (0..<run.shape.positions).flatMap { position in
      channels.map { inputs[0].values[position * inputs[0].shape.channels + $0] }
    }
    return result
  }
}

/// Channels of some maps put together: a join (of rows and columns, too), or a choice among one map's channels.
final class ChannelStep: MapStep {
  /// What comes from one map.
  struct Part: Sendable {
    let input: Value
    /// Floats from one copy's beginning to the next one's.
    let stride: Int
    let channels: OffsetRuns
    /// Where its channels begin in the output.
    let first: Int
  }

  let node: String
  let title: String
  /// In the order of their channels.
  let parts: [Part]
  let output: Value
  let outputShape: FeatureShape
  /// How many runs of floats each part consists of: one for each position, where channels are joined.
  let copies: Int

  init(node: String, title: String, parts: [Part], output: Value, outputShape: FeatureShape, copies: Int) {
    self.node = node
    self.title = title
    self.copies = copies
    self.parts = parts
    self.output = output
    self.outputShape = outputShape
  }

  var inputs: [Value] { parts.map(\.input) }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      for (index, part) in parts.enumerated() {
        executor.plan.kernels.copyChannels(
          ChannelCall(
            input: executor.map(part.input, slot), inputStride: part.stride, output: executor.map(output, slot),
            outputStride: outputShape.storedCount / copies, positions: copies, firstChannel: part.first,
            channels: part.channels, endsMap: index == parts.count - 1))
      }
    }
  }
}
