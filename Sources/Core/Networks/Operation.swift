import Tensors

/// What a node computes. Weights are named; their values live beside the graph.
public enum Operation: Sendable, Equatable {
  /// The preprocessed image.
  case input(FeatureShape)
  /// A 2-D convolution.
  case convolution(Convolution)
  /// Batch normalisation with running statistics; `Inference` folds it into the convolution before it.
  case batchNormalization(BatchNormalization)
  /// Layer, group or response normalisation, by the map's own statistics.
  case normalization(Normalization)
  /// Shares of channels or positions.
  case softmax(SoftmaxAxis)
  /// An activation, static or dynamic.
  case activation(Activation)
  /// The sum of two maps (a residual connection). The second has the first's shape, or is 1 x 1 x C, or H x W x 1.
  case add
  /// The product of two maps, of shapes as for ``add``.
  case multiply
  /// Maps of one height and width behind each other, along the channels.
  case concatenate
  /// Some of a map's channels, in any order: channel i of the result is channel `channels[i]` of the input.
  case selectChannels([Int])
  /// A larger map by interpolation.
  case upsample(Upsampling)
  /// The mean over all positions: C x H x W to C x 1 x 1.
  case globalAveragePool
  /// The largest or the mean value under each position of a window.
  case pool(Pooling)
  /// A fully connected layer on a C x 1 x 1 map.
  case linear(Linear)
}

extension Operation {
  /// What answers for the operation: the one place of this module that knows all operators.
  package var payload: any Operator {
    switch self {
    case .input(let shape): ImageInput(shape: shape)
    case .convolution(let options): options
    case .batchNormalization(let options): options
    case .normalization(let options): options
    case .softmax(let axis): axis
    case .activation(let options): options
    case .add: Combination(kind: .sum)
    case .multiply: Combination(kind: .product)
    case .concatenate: Concatenation()
    case .selectChannels(let channels): ChannelSelection(channels: channels)
    case .upsample(let options): options
    case .globalAveragePool: GlobalAveragePool()
    case .pool(let options): options
    case .linear(let options): options
    }
  }

  /// The tensors that the operation needs where its first input has the shape `input`, in the order in which PyTorch
  /// lists them.
  public func weightShapes(input: FeatureShape) -> [WeightShape] { payload.weightShapes(input: input) }

  /// Multiply-adds of the operation from a map of shape `input` to one of shape `output`. This count gives the MAdds of
  /// the paper's Tables 4, 5 and 8: convolutions, fully connected layers and, for each element of a dynamic activation,
  /// K (and one for its attention). Additions alone (pooling, residuals) and what folds into a convolution count
  /// nothing.
  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    payload.multiplyAdds(input: input, output: output)
  }
}
