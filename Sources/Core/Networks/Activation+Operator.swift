import Tensors

extension Activation: Operator {
  package var arity: ClosedRange<Int> {
    switch coefficients {
    case .maximum: functions...functions
    case .given: 2...2
    case .constant, .parametric, .hyper, .curve: 1...1
    }
  }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    try validate(node: node)
    try validate(inputs, node: node)
    return inputs[0]
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    let own = sharing == .perChannel ? input.channels : 1
    var shapes: [WeightShape] = []
    switch coefficients {
    case .hyper(let hyper):
      let outputs = hyper.outputs(channels: own)
      shapes = [
        WeightShape(hyper.weight1, [hyper.hidden, input.channels], role: "weight1"),
        WeightShape(hyper.bias1, [hyper.hidden], role: "bias1"),
        WeightShape(hyper.weight2, [outputs, hyper.hidden], role: "weight2"),
        WeightShape(hyper.bias2, [outputs], role: "bias2"),
      ]
    case .parametric(let slope): shapes = [WeightShape(slope, [own], role: "negative_slope")]
    case .constant, .given, .curve, .maximum: break
    }
    if let attention {
      shapes.append(WeightShape(attention.weight, [1, input.channels, 1, 1], role: "attention weight"))
      if let bias = attention.bias { shapes.append(WeightShape(bias, [1], role: "attention bias")) }
    }
    return shapes
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    guard case .hyper(let hyper) = coefficients else { return isDynamic ? input.count * functions : 0 }
    let channels = sharing == .perChannel ? input.channels : 1
    let layers = hyper.hidden * (input.channels + hyper.outputs(channels: channels))
    return layers + input.count * (functions + (attention == nil ? 0 : 1))
  }

  package var isInPlace: Bool { true }
}
