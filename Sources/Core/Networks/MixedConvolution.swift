import Tensors

/// A convolution whose kernel is computed for each image: a mixture of K kernels, whose shares are the node's second
/// input, a vector of K. The weight has shape `[K, outChannels, inChannels / groups, kernel.height, kernel.width]`, the
/// bias `[K, outChannels]`.
public struct MixedConvolution: Sendable, Equatable {
  /// What is done with the mixed kernel.
  public var convolution: Convolution
  /// K.
  public var kernels: Int

  package init(_ convolution: Convolution, kernels: Int) {
    self.convolution = convolution
    self.kernels = kernels
  }
}

extension MixedConvolution: Operator {
  package var arity: ClosedRange<Int> { 2...2 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard inputs[1] == FeatureShape(height: 1, width: 1, channels: max(kernels, 1)), kernels >= 1 else {
      throw GraphError(
        node: node, problem: "mixes \(kernels) kernels, for each of which it takes a share, but \(inputs[1].text) come")
    }
    return try convolution.outputShape(inputs, node: node)
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    convolution.weightShapes(input: input).map { WeightShape($0.name, [kernels] + $0.shape, role: $0.role) }
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    convolution.multiplyAdds(input: input, output: output)
      + weightShapes(input: input).reduce(0) { $0 + $1.count }
  }
}
