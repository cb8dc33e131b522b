import KernelInterface
import Networks
import Tensors

/// Maps combined element by element: a product, a sum with broadcasting, or a Maxout.
final class CombineStep: MapStep {
  let node: String
  let kind: BinaryCall.Kind
  let first: Value
  /// Combined one after the other with what is there; without any, the first is copied.
  let others: [Value]
  /// How the others lie.
  let layout: BinaryCall.Layout
  let output: Value
  let outputShape: FeatureShape
  /// The site, if it is a Maxout: the first map is shown as x.
  let site: ActivationSite?
  let ownMultiplyAdds: Int

  init(
    node: String, kind: BinaryCall.Kind, first: Value, others: [Value], layout: BinaryCall.Layout, output: Value,
    outputShape: FeatureShape, site: ActivationSite?, multiplyAdds: Int
  ) {
    self.node = node
    self.kind = kind
    self.first = first
    self.others = others
    self.layout = layout
    self.output = output
    self.outputShape = outputShape
    self.site = site
    ownMultiplyAdds = multiplyAdds
  }

  var title: String {
    let spread =
      switch layout {
      case .map: ""
      case .vector: " by channel"
      case .plane: " by position"
      }
    switch kind {
    case .add: return "add" + spread
    case .multiply: return "multiply" + spread
    case .maximum: return "maxout K=\(others.count + 1)"
    }
  }

  var inputs: [Value] { [first] + others }

  // A Maxout shows its first input, so that must stay.
  var inPlaceInput: Value? { site == nil ? first : nil }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots { run(in: executor, slot, observer) }
  }

  private func run(in executor: Executor, _ slot: Int, _ observer: (any ActivationObserver)?) {
    let (x, output) = (executor.map(first, slot), executor.map(output, slot))
    var combined = x
    for other in others {
      executor.plan.kernels.combine(
        BinaryCall(
          kind, first: combined, second: executor.map(other, slot), layout: layout, shape: outputShape, output: output))
      combined = output
    }
    if others.isEmpty { output.copy(from: x) }
    guard let site, let observer else { return }
    let image = executor.pending[slot]
    guard !observer.wantedPositions(of: site, image: image).isNone else { return }
    observer.observe(
      ActivationSample(
        x: x, y: output, channels: outputShape.channels, channelStride: outputShape.channelStride,
        positions: 0..<outputShape.positions),
      of: site, image: image)
  }
}

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
      outputShape: shape, site: site, multiplyAdds: node.operation.multiplyAdds(input: shape, output: shape))
  }
}
