import Tensors

extension Operation {
  /// Multiply-adds of the operation from a map of shape `input` to one of shape `output`. This count gives the MAdds of the paper's Tables 4, 5
  /// and 8: convolutions, fully connected layers and, for each element of a dynamic activation, K (and one for its attention). Additions alone
  /// (pooling, residuals) and what folds into a convolution count nothing.
  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    switch self {
    case .input, .add, .concatenate, .selectChannels, .upsample, .globalAveragePool, .pool, .batchNormalization:
      return 0
    case .multiply:
      return output.count
    case .convolution(let convolution):
      let taps = convolution.kernel.height * convolution.kernel.width
      return output.count * taps * (input.channels / convolution.groups)
    case .linear(let linear):
      return input.channels * linear.outFeatures
    case .activation(let activation):
      guard case .hyper(let hyper) = activation.coefficients else {
        return activation.isDynamic ? input.count * activation.functions : 0
      }
      let channels = activation.sharing == .perChannel ? input.channels : 1
      let layers = hyper.hidden * (input.channels + hyper.outputs(channels: channels))
      return layers + input.count * (activation.functions + (activation.attention == nil ? 0 : 1))
    }
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
      let parameters = node.operation.weightShapes(input: input).filter(\.isParameter).reduce(0) { $0 + $1.count }
      return Cost(
        node: node.name, parameters: parameters,
        multiplyAdds: node.operation.multiplyAdds(input: input, output: output))
    }
  }
}
