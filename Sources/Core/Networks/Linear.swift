import Tensors

/// A fully connected layer. The weight has shape `[outFeatures, inFeatures]`.
public struct Linear: Sendable, Equatable {
  /// Features produced.
  public var outFeatures: Int
  /// Name of the weight tensor.
  public var weight: String
  /// Name of the bias tensor `[outFeatures]`, if there is one.
  public var bias: String?

  package init(outFeatures: Int, weight: String, bias: String?) {
    self.outFeatures = outFeatures
    self.weight = weight
    self.bias = bias
  }
}

extension Linear: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard inputs[0].positions == 1 else {
      throw GraphError(node: node, problem: "a linear layer takes a 1x1 map, not \(inputs[0])")
    }
    return try .checked(height: 1, width: 1, channels: outFeatures, node: node)
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    WeightShape.layer(weight, [outFeatures, input.channels], bias: bias)
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int { input.channels * outFeatures }
}
