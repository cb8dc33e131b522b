import Tensors

/// `z[p] = bias + sum_c weight[c] x[p][c]`, `output[p] = min(gamma * softmax(z / temperature)[p], 1)`.
public struct AttentionCall {
  /// `[positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape.
  public let shape: FeatureShape
  /// `[channelStride]`, zero in padding lanes.
  public let weight: TensorSlice
  /// Added to every z.
  public let bias: Float
  /// τ.
  public let temperature: Float
  /// γ.
  public let gamma: Float
  /// `[positions]`.
  public let output: TensorSlice

  /// Creates a call.
  public init(
    input: TensorSlice, shape: FeatureShape, weight: TensorSlice, bias: Float, temperature: Float, gamma: Float,
    output: TensorSlice
  ) {
    precondition(input.count >= shape.storedCount && weight.count >= shape.channelStride)
    precondition(output.count >= shape.positions)
    self.input = input
    self.shape = shape
    self.weight = weight
    self.bias = bias
    self.temperature = temperature
    self.gamma = gamma
    self.output = output
  }
}
