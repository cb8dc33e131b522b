import Tensors

/// Layer normalisation: for each position, `y[c] = (x[c] - mean) / sqrt(variance + epsilon) * weight[c] + bias[c]` with
/// mean and variance over the channels of the position, or without them `x[c] / sqrt(mean(x²) + epsilon) ...`.
///
/// Two passes over a position: the variance is the mean square of what is left without the mean, less the square of
/// what the first pass's rounding left in the mean.
public struct LayerNormalizationCall {
  /// `[positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape and the output's.
  public let shape: FeatureShape
  /// Whether the mean is taken off.
  public let isCentred: Bool
  /// Added to the variance.
  public let epsilon: Float
  /// `[channelStride]`.
  public let weight: TensorSlice
  /// `[channelStride]`, zero in padding lanes.
  public let bias: TensorSlice
  /// Laid out like the input; may be the same slice.
  public let output: TensorSlice

  /// Creates a call.
  public init(
    input: TensorSlice, shape: FeatureShape, isCentred: Bool, epsilon: Float, weight: TensorSlice, bias: TensorSlice,
    output: TensorSlice
  ) {
    precondition(min(input.count, output.count) >= shape.storedCount, "slices too small")
    precondition(min(weight.count, bias.count) >= shape.channelStride, "a weight and a bias for each channel")
    self.input = input
    self.shape = shape
    self.isCentred = isCentred
    self.epsilon = epsilon
    self.weight = weight
    self.bias = bias
    self.output = output
  }
}

/// The mean over positions of each channel's squared distance from a centre of its own:
/// `output[c] = mean over p of (input[p][c] - centres[c])²`.
public struct ChannelSquaresCall {
  /// `[positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape.
  public let shape: FeatureShape
  /// `[channelStride]`, zero in padding lanes.
  public let centres: TensorSlice
  /// `[channelStride]`.
  public let output: TensorSlice

  /// Creates a call.
  public init(input: TensorSlice, shape: FeatureShape, centres: TensorSlice, output: TensorSlice) {
    precondition(input.count >= shape.storedCount, "the input is too small")
    precondition(min(centres.count, output.count) >= shape.channelStride, "one number for each channel")
    self.input = input
    self.shape = shape
    self.centres = centres
    self.output = output
  }
}

/// Softmax over sets of a map's elements: `y = exp(x - m) / sum of exp(x - m)` with the largest of a set, m.
///
/// NaN in a set makes all of it NaN.
public struct SoftmaxCall {
  /// What a set is.
  public enum Axis: Sendable, Equatable {
    /// All positions of a channel.
    case positions
    /// At a position, channel m of each of so many equal parts of the channels.
    case channels(parts: Int)
  }

  /// What a set is.
  public let axis: Axis
  /// `[positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape and the output's.
  public let shape: FeatureShape
  /// Laid out like the input, and not the same slice.
  public let output: TensorSlice

  /// Creates a call.
  public init(_ axis: Axis, input: TensorSlice, shape: FeatureShape, output: TensorSlice) {
    precondition(min(input.count, output.count) >= shape.storedCount, "slices too small")
    if case .channels(let parts) = axis {
      precondition(parts >= 1 && shape.channels.isMultiple(of: parts), "parts of equal size")
    }
    self.axis = axis
    self.input = input
    self.shape = shape
    self.output = output
  }
}
