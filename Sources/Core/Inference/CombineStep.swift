import Functions
import KernelInterface
import Networks
import Tensors

/// Maps combined element by element: a product, a sum with broadcasting, or a Maxout.
final class CombineStep: MapStep {
  let node: String
  let function: BinaryFunction
  let first: Value
  /// The first map's shape.
  let firstShape: FeatureShape
  /// Combined one after the other with what is there; without any, the first is copied.
  let others: [Value]
  /// The others' shape.
  let otherShape: FeatureShape
  let output: Value
  let outputShape: FeatureShape
  /// The site, if it is a Maxout: the first map is shown as x.
  let site: ActivationSite?
  let ownMultiplyAdds: Int

  init(
    node: String, function: BinaryFunction, first: (value: Value, shape: FeatureShape),
    others: (values: [Value], shape: FeatureShape), output: Value, outputShape: FeatureShape, site: ActivationSite?,
    multiplyAdds: Int
  ) {
    self.node = node
    self.function = function
    (self.first, firstShape) = first
    (self.others, otherShape) = others
    self.output = output
    self.outputShape = outputShape
    self.site = site
    ownMultiplyAdds = multiplyAdds
  }

  var title: String {
    switch function {
    case .add: "add" + spread
    case .multiply: "multiply" + spread
    case .maximum: "maxout K=\(others.count + 1)"
    case .divide: "divide" + spread
    case .minimum: "minimum" + spread
    case .greater, .greaterOrEqual: "compare" + spread
    case .keep, .drop: "mask" + spread
    }
  }

  /// How the operand that is not as large as the result lies.
  private var spread: String {
    guard let small = [otherShape, firstShape].first(where: { $0 != outputShape }) else { return "" }
    if small.positions == 1 { return " by channel" }
    if small.height == 1 { return " by column" }
    return small.width == 1 ? " by row" : " by position"
  }

  var inputs: [Value] { [first] + others }

  // A Maxout shows its first input, so that must stay.
  var inPlaceInput: Value? { site == nil && firstShape == outputShape ? first : nil }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots { run(in: executor, slot, observer) }
  }

  private func run(in executor: Executor, _ slot: Int, _ observer: (any ActivationObserver)?) {
    let (x, output) = (executor.map(first, slot), executor.map(output, slot))
    var combined = BinaryCall.Operand(x, firstShape)
    for other in others {
      executor.plan.kernels.combine(
        BinaryCall(
          function, first: combined, second: BinaryCall.Operand(executor.map(other, slot), otherShape),
          shape: outputShape,
          output: output))
      combined = BinaryCall.Operand(output, outputShape)
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
  /// Two maps, or a Maxout's many.
  mutating func combination(
    _ function: BinaryFunction, _ node: Node, site: ActivationSite? = nil
  ) -> CombineStep {
    let (first, shape) = (node.inputs[0], shape(node.name))
    return CombineStep(
      node: node.name, function: function, first: (value(first), self.shape(first)),
      others: (node.inputs.dropFirst().map(value), self.shape(node.inputs.last ?? first)),
      output: newValue(node.name), outputShape: shape, site: site,
      multiplyAdds: node.operation.multiplyAdds(input: shape, output: shape))
  }
}
