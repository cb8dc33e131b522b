import Tensors

/// Batch normalisation in inference: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`, each `[channels]`.
public struct BatchNormalization: Sendable, Equatable {
  /// Name of the scale.
  public var weight: String
  /// Name of the shift.
  public var bias: String
  /// Name of the running mean.
  public var mean: String
  /// Name of the running variance.
  public var variance: String
  /// Added to the variance.
  public var epsilon: Float

  package init(weight: String, bias: String, mean: String, variance: String, epsilon: Float = 1e-5) {
    self.weight = weight
    self.bias = bias
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }
}

extension BatchNormalization: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard epsilon.isFinite, epsilon >= 0 else {
      throw GraphError(node: node, problem: "epsilon must be finite and not negative")
    }
    return inputs[0]
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    [
      WeightShape(weight, [input.channels], role: "weight"),
      WeightShape(bias, [input.channels], role: "bias"),
      WeightShape(mean, [input.channels], role: "mean", isParameter: false),
      WeightShape(variance, [input.channels], role: "variance", isParameter: false),
    ]
  }

  package var isInPlace: Bool { true }
}
