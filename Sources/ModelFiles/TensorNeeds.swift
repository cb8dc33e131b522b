import Networks
import Tensors

/// A tensor that a node needs.
struct TensorNeed {
  /// The tensor's role in the node, as the file's key.
  let role: String
  let name: String
  let shape: [Int]
  /// Whether training fits it; BatchNorm's running statistics are only measured.
  var isParameter = true
}

extension Node {
  /// The tensors that the node needs for an input of shape `input`, in the order of the node's description.
  func tensorNeeds(input: FeatureShape) -> [TensorNeed] {
    switch operation {
    case .input, .add, .globalAveragePool, .pool: []
    case .convolution(let convolution):
      Self.layer(
        convolution.weight, convolution.bias,
        shape: [
          convolution.outChannels, input.channels / convolution.groups, convolution.kernel.height,
          convolution.kernel.width,
        ])
    case .linear(let linear):
      Self.layer(linear.weight, linear.bias, shape: [linear.outFeatures, input.channels])
    case .batchNormalization(let normalization):
      [
        TensorNeed(role: "weight", name: normalization.weight, shape: [input.channels]),
        TensorNeed(role: "bias", name: normalization.bias, shape: [input.channels]),
        TensorNeed(role: "mean", name: normalization.mean, shape: [input.channels], isParameter: false),
        TensorNeed(role: "variance", name: normalization.variance, shape: [input.channels], isParameter: false),
      ]
    case .activation(let activation):
      activation.tensorNeeds(channels: input.channels)
    }
  }

  private static func layer(_ weight: String, _ bias: String?, shape: [Int]) -> [TensorNeed] {
    let outputs = Array(shape.prefix(1))
    return [TensorNeed(role: "weight", name: weight, shape: shape)]
      + (bias.map { [TensorNeed(role: "bias", name: $0, shape: outputs)] } ?? [])
  }
}

extension Activation {
  fileprivate func tensorNeeds(channels: Int) -> [TensorNeed] {
    var needs: [TensorNeed] = []
    if case .hyper(let hyper) = coefficients {
      let outputs = hyper.outputs(functions: functions, channels: sharing == .perChannel ? channels : 1)
      needs += [
        TensorNeed(role: "weight1", name: hyper.weight1, shape: [hyper.hidden, channels]),
        TensorNeed(role: "bias1", name: hyper.bias1, shape: [hyper.hidden]),
        TensorNeed(role: "weight2", name: hyper.weight2, shape: [outputs, hyper.hidden]),
        TensorNeed(role: "bias2", name: hyper.bias2, shape: [outputs]),
      ]
    }
    if let attention {
      needs.append(TensorNeed(role: "attention weight", name: attention.weight, shape: [1, channels, 1, 1]))
      if let bias = attention.bias { needs.append(TensorNeed(role: "attention bias", name: bias, shape: [1])) }
    }
    return needs
  }
}
