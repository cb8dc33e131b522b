import Tensors

/// A fully connected layer on one or several vectors: `output[n][o] = bias[o] + sum_i input[n][i] * weights[o /
/// 16][i][o % 16]`, then max(·, 0) if `rectified`. Several vectors share one pass over the weights.
public struct LinearCall {
  /// `[batch]` vectors of `inFeatures`, `inputStride` floats apart.
  public let input: TensorSlice
  /// Floats from one input vector to the next.
  public let inputStride: Int
  /// `[batch]` vectors of `outFeatures` padded to 16, `outputStride` floats apart.
  public let output: TensorSlice
  /// Floats from one output vector to the next.
  public let outputStride: Int
  /// Vectors.
  public let batch: Int
  /// Features read.
  public let inFeatures: Int
  /// Features written; the padding lanes become zero.
  public let outFeatures: Int
  /// Packed `[outStride / 16][inFeatures][16]`, zero in padding lanes.
  public let weights: TensorSlice
  /// `[outStride]`, zero in padding lanes.
  public let bias: TensorSlice
  /// Whether a ReLU follows.
  public let rectified: Bool

  /// Creates a call; one vector unless told.
  public init(
    input: TensorSlice, inputStride: Int = 0, output: TensorSlice, outputStride: Int = 0, batch: Int = 1,
    inFeatures: Int, outFeatures: Int, weights: TensorSlice, bias: TensorSlice, rectified: Bool
  ) {
    let stride = FeatureShape.padded(outFeatures)
    precondition(batch >= 1 && (batch == 1 || inputStride >= 0 && outputStride >= stride), "output vectors overlap")
    precondition(input.count >= (batch - 1) * inputStride + inFeatures)
    precondition(output.count >= (batch - 1) * outputStride + stride)
    precondition(weights.count >= stride * inFeatures && bias.count >= stride)
    self.input = input
    self.inputStride = inputStride
    self.output = output
    self.outputStride = outputStride
    self.batch = batch
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    self.weights = weights
    self.bias = bias
    self.rectified = rectified
  }
}
