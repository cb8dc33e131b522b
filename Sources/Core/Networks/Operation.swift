import Functions
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
  /// Two maps combined element by element: ``add`` (a residual connection), ``multiply`` and others.
  case combine(BinaryFunction)
  /// Maps behind each other along one axis.
  case concatenate(MapAxis)
  /// Some of a map's channels, in any order: channel i of the result is channel `channels[i]` of the input.
  case selectChannels([Int])
  /// A choice of elements, moved, repeated or left out.
  case rearrange(Rearrangement)
  /// A map sampled at another size.
  case upsample(Upsampling)
  /// The mean over all positions: C x H x W to C x 1 x 1.
  case globalAveragePool
  /// The largest or the mean value under each position of a window.
  case pool(Pooling)
  /// The same over parts that are named one by one.
  case poolParts(PartPooling)
  /// A 2-D convolution with a kernel of its own for each image.
  case mixedConvolution(MixedConvolution)
  /// A transposed 2-D convolution.
  case transposedConvolution(TransposedConvolution)
  /// A fully connected layer on a C x 1 x 1 map.
  case linear(Linear)
}

extension Operation {
  /// The sum of two maps.
  public static let add = Operation.combine(.add)
  /// The product of two maps.
  public static let multiply = Operation.combine(.multiply)

  /// What answers for the operation: the one place of this module that knows all operators.
  package var payload: any Operator {
    switch self {
    case .input(let shape): ImageInput(shape: shape)
    case .convolution(let options): options
    case .batchNormalization(let options): options
    case .normalization(let options): options
    case .softmax(let axis): axis
    case .activation(let options): options
    case .combine(let function): Combination(function)
    case .concatenate(let axis): Concatenation(axis: axis)
    case .selectChannels(let channels): ChannelSelection(channels: channels)
    case .rearrange(let options): options
    case .upsample(let options): options
    case .globalAveragePool: GlobalAveragePool()
    case .pool(let options): options
    case .poolParts(let options): options
    case .transposedConvolution(let options): options
    case .mixedConvolution(let options): options
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
