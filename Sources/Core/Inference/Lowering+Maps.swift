import KernelInterface
import Networks
import Tensors

extension Lowering {
  /// A product, a sum with broadcasting, or a Maxout.
  mutating func combination(
    _ kind: BinaryCall.Kind, _ node: Node, site: ActivationSite? = nil
  ) -> CombineStep {
    let (shape, second) = (shape(node.inputs[0]), shape(node.inputs.last ?? node.inputs[0]))
    let layout: BinaryCall.Layout = second == shape ? .map : second.channels == shape.channels ? .vector : .plane
    let (first, others) = (value(node.inputs[0]), node.inputs.dropFirst().map(value))
    return CombineStep(
      node: node.name, kind: kind, first: first, others: others, layout: layout, output: newValue(node.name),
      shape: shape, site: site, multiplyAdds: node.operation.multiplyAdds(input: shape, output: shape))
  }

  /// A join of all channels of the node's inputs.
  mutating func concatenation(_ node: Node) -> ChannelStep {
    var (parts, first) = ([ChannelStep.Part](), 0)
    for name in node.inputs {
      let shape = shape(name)
      parts.append(
        ChannelStep.Part(
          input: value(name), stride: shape.channelStride, channels: ChannelRuns(first: shape.channels), first: first))
      first += shape.channels
    }
    return ChannelStep(node: node.name, parts: parts, output: newValue(node.name), shape: shape(node.name))
  }

  /// Some of a map's channels.
  mutating func selection(_ channels: [Int], _ node: Node) -> ChannelStep {
    let part = ChannelStep.Part(
      input: value(node.inputs[0]), stride: shape(node.inputs[0]).channelStride, channels: ChannelRuns(channels),
      first: 0)
    return ChannelStep(node: node.name, parts: [part], output: newValue(node.name), shape: shape(node.name))
  }

  mutating func upsampling(_ options: Upsampling, _ node: Node) -> UpsampleStep {
    let input = value(node.inputs[0])
    return UpsampleStep(
      node: node.name, options: options, input: input, inputShape: shape(node.inputs[0]),
      output: newValue(node.name), outputShape: shape(node.name))
  }
}
