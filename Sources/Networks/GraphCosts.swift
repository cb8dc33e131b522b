import Tensors

/// A tensor that a node needs: its name and shape.
public struct WeightShape: Sendable, Equatable {
  /// The tensor's name.
  public let name: String
  /// Extents, outermost first.
  public let shape: [Int]

  /// Creates a description.
  public init(_ name: String, _ shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

extension Operation {
  /// The tensors that the operation needs on a map of shape `input`, in the order in which PyTorch lists them.
  public func weightShapes(input: FeatureShape) -> [WeightShape] {
    switch self {
    case .input, .add, .globalAveragePool, .pool:
      return []
    case .convolution(let convolution):
      let weight = [
        convolution.outChannels, input.channels / convolution.groups, convolution.kernel.height,
        convolution.kernel.width,
      ]
      return [WeightShape(convolution.weight, weight)]
        + (convolution.bias.map { [WeightShape($0, [convolution.outChannels])] } ?? [])
    case .batchNormalization(let normalization):
      return [normalization.weight, normalization.bias, normalization.mean, normalization.variance]
        .map { WeightShape($0, [input.channels]) }
    case .linear(let linear):
      return [WeightShape(linear.weight, [linear.outFeatures, input.channels])]
        + (linear.bias.map { [WeightShape($0, [linear.outFeatures])] } ?? [])
    case .activation(let activation):
      return activation.weightShapes(channels: input.channels)
    }
  }

  /// Multiply-adds of the operation from a map of shape `input` to one of shape `output`. This count gives the MAdds of the paper's Tables 4, 5
  /// and 8: convolutions, fully connected layers and, for each element of a dynamic activation, K (and one for its attention). Additions alone
  /// (pooling, residuals) and what folds into a convolution count nothing.
  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    switch self {
    case .input, .add, .globalAveragePool, .pool, .batchNormalization:
      return 0
    case .convolution(let convolution):
      let taps = convolution.kernel.height * convolution.kernel.width
      return output.count * taps * (input.channels / convolution.groups)
    case .linear(let linear):
      return input.channels * linear.outFeatures
    case .activation(let activation):
      guard case .hyper(let hyper) = activation.coefficients else { return 0 }
      let channels = activation.sharing == .perChannel ? input.channels : 1
      let layers = hyper.hidden * (input.channels + hyper.outputs(functions: activation.functions, channels: channels))
      return layers + input.count * (activation.functions + (activation.attention == nil ? 0 : 1))
    }
  }
}

extension Activation {
  fileprivate func weightShapes(channels: Int) -> [WeightShape] {
    var shapes: [WeightShape] = []
    if case .hyper(let hyper) = coefficients {
      let outputs = hyper.outputs(functions: functions, channels: sharing == .perChannel ? channels : 1)
      shapes += [
        WeightShape(hyper.weight1, [hyper.hidden, channels]), WeightShape(hyper.bias1, [hyper.hidden]),
        WeightShape(hyper.weight2, [outputs, hyper.hidden]), WeightShape(hyper.bias2, [outputs]),
      ]
    }
    if let attention {
      shapes.append(WeightShape(attention.weight, [1, channels, 1, 1]))
      if let bias = attention.bias { shapes.append(WeightShape(bias, [1])) }
    }
    return shapes
  }
}

extension GraphShapes {
  /// What one node costs.
  public struct Cost: Sendable, Equatable {
    /// The node's name.
    public let node: String
    /// Trained parameters (running statistics are none).
    public let parameters: Int
    /// Multiply-adds for one image.
    public let multiplyAdds: Int
  }

  /// The cost of each node of `graph`, the graph that this value was made from.
  public func costs(of graph: Graph) -> [Cost] {
    graph.nodes.map { node in
      guard let input = node.inputs.first.flatMap({ shapes[$0] }), let output = shapes[node.name] else {
        return Cost(node: node.name, parameters: 0, multiplyAdds: 0)
      }
      var statistics: Set<String> = []
      if case .batchNormalization(let normalization) = node.operation {
        statistics = [normalization.mean, normalization.variance]
      }
      let parameters = node.operation.weightShapes(input: input)
        .filter { !statistics.contains($0.name) }
        .reduce(0) { $0 + $1.shape.reduce(1, *) }
      return Cost(
        node: node.name, parameters: parameters,
        multiplyAdds: node.operation.multiplyAdds(input: input, output: output))
    }
  }
}
