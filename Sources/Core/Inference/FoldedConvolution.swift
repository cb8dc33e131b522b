import Networks
import Tensors

/// A convolution's weight and bias, with the batch normalisation after it multiplied in.
struct FoldedConvolution {
  /// `[outChannels][inChannels / groups][kernel rows][kernel columns]`.
  var weights: [Float]
  /// `[outChannels]`.
  var bias: [Float]

  /// Reads a convolution on `inChannels` channels; `normalization` is what directly follows it, if anything.
  init(
    _ convolution: Convolution, node: String, inChannels: Int,
    normalization: (node: String, options: BatchNormalization)?, weights: Weights
  ) throws(GraphError) {
    let shape = [
      convolution.outChannels, inChannels / convolution.groups, convolution.kernel.height, convolution.kernel.width,
    ]
    self.weights = try weights.tensor(convolution.weight, shape: shape, node: node).values.array
    bias = try weights.vector(convolution.bias, count: convolution.outChannels, node: node)
    guard let normalization else { return }
    let affine = try AffineNormalization(
      normalization.options, node: normalization.node, channels: convolution.outChannels, weights: weights)
    let perChannel = self.weights.count / convolution.outChannels
    for channel in 0..<convolution.outChannels {
      let scale = affine.scales[channel]
      for index in channel * perChannel..<(channel + 1) * perChannel {
        self.weights[index] = Float(Double(self.weights[index]) * scale)
      }
      bias[channel] = Float(Double(bias[channel]) * scale + affine.shifts[channel])
    }
  }
}

/// A batch normalisation as `y = scale x + shift` for each channel, in double precision.
struct AffineNormalization {
  /// `weight / sqrt(variance + epsilon)`.
  var scales: [Double] = []
  /// `bias - mean * scale`.
  var shifts: [Double] = []

  init(_ options: BatchNormalization, node: String, channels: Int, weights: Weights) throws(GraphError) {
    let weight = try weights.vector(options.weight, count: channels, node: node)
    let bias = try weights.vector(options.bias, count: channels, node: node)
    let mean = try weights.vector(options.mean, count: channels, node: node)
    let variance = try weights.vector(options.variance, count: channels, node: node)
    for channel in 0..<channels {
      let scale = Double(weight[channel]) / (Double(variance[channel]) + Double(options.epsilon)).squareRoot()
      scales.append(scale)
      shifts.append(Double(bias[channel]) - Double(mean[channel]) * scale)
    }
  }
}
