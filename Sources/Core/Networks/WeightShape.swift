import Tensors

/// A tensor that a node needs: its name, its shape and what it is for.
public struct WeightShape: Sendable, Equatable {
  /// The tensor's name.
  public let name: String
  /// Extents, outermost first.
  public let shape: [Int]
  /// Its role in the node, as the model file's key.
  public let role: String
  /// Whether training fits it; BatchNorm's running statistics are only measured.
  public let isParameter: Bool

  /// Creates a description.
  public init(_ name: String, _ shape: [Int], role: String, isParameter: Bool = true) {
    self.name = name
    self.shape = shape
    self.role = role
    self.isParameter = isParameter
  }

  /// Its elements.
  public var count: Int { shape.reduce(1, *) }
}

extension Operation {
  /// The tensors that the operation needs where its first input has the shape `input`, in the order in which PyTorch lists them.
  public func weightShapes(input: FeatureShape) -> [WeightShape] {
    switch self {
    case .input, .add, .multiply, .concatenate, .selectChannels, .upsample, .globalAveragePool, .pool:
      return []
    case .convolution(let convolution):
      let weight = [
        convolution.outChannels, input.channels / convolution.groups, convolution.kernel.height,
        convolution.kernel.width,
      ]
      return Self.layer(convolution.weight, weight, bias: convolution.bias)
    case .batchNormalization(let normalization):
      return [
        WeightShape(normalization.weight, [input.channels], role: "weight"),
        WeightShape(normalization.bias, [input.channels], role: "bias"),
        WeightShape(normalization.mean, [input.channels], role: "mean", isParameter: false),
        WeightShape(normalization.variance, [input.channels], role: "variance", isParameter: false),
      ]
    case .linear(let linear):
      return Self.layer(linear.weight, [linear.outFeatures, input.channels], bias: linear.bias)
    case .activation(let activation):
      return activation.weightShapes(channels: input.channels)
    }
  }

  private static func layer(_ weight: String, _ shape: [Int], bias: String?) -> [WeightShape] {
    [WeightShape(weight, shape, role: "weight")]
      + (bias.map { [WeightShape($0, [shape[0]], role: "bias")] } ?? [])
  }
}

extension Activation {
  fileprivate func weightShapes(channels: Int) -> [WeightShape] {
    let own = sharing == .perChannel ? channels : 1
    var shapes: [WeightShape] = []
    switch coefficients {
    case .hyper(let hyper):
      let outputs = hyper.outputs(channels: own)
      shapes = [
        WeightShape(hyper.weight1, [hyper.hidden, channels], role: "weight1"),
        WeightShape(hyper.bias1, [hyper.hidden], role: "bias1"),
        WeightShape(hyper.weight2, [outputs, hyper.hidden], role: "weight2"),
        WeightShape(hyper.bias2, [outputs], role: "bias2"),
      ]
    case .parametric(let slope): shapes = [WeightShape(slope, [own], role: "negative_slope")]
    case .constant, .given, .curve, .maximum: break
    }
    if let attention {
      shapes.append(WeightShape(attention.weight, [1, channels, 1, 1], role: "attention weight"))
      if let bias = attention.bias { shapes.append(WeightShape(bias, [1], role: "attention bias")) }
    }
    return shapes
  }
}
