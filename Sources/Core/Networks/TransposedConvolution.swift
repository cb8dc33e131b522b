import Tensors

/// A transposed 2-D convolution, as PyTorch's `ConvTranspose2d`: each input position adds its kernel to the output. The
/// weight has shape `[inChannels, outChannels / groups, kernel.height, kernel.width]`.
public struct TransposedConvolution: Sendable, Equatable {
  /// Channels produced.
  public var outChannels: Int
  /// Kernel height and width.
  public var kernel: Extent2D
  /// Step between the output positions that two neighbouring inputs begin at.
  public var stride: Extent2D
  /// Rows and columns cut off on either side of the output.
  public var padding: Extent2D
  /// Rows and columns added at the end of the output.
  public var outputPadding: Extent2D
  /// Step between kernel taps.
  public var dilation: Extent2D
  /// Groups of channels.
  public var groups: Int
  /// Name of the weight tensor.
  public var weight: String
  /// Name of the bias tensor `[outChannels]`, if there is one.
  public var bias: String?

  package init(
    outChannels: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1), padding: Extent2D = Extent2D(0),
    outputPadding: Extent2D = Extent2D(0), dilation: Extent2D = Extent2D(1), groups: Int = 1, weight: String,
    bias: String? = nil
  ) {
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.weight = weight
    self.bias = bias
  }
}

extension TransposedConvolution: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let extents = 1...GraphShapes.maximumExtent
    let paddings = [padding.height, padding.width, outputPadding.height, outputPadding.width]
    guard
      [kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width, groups, outChannels]
        .allSatisfy(extents.contains), paddings.allSatisfy((0...GraphShapes.maximumExtent).contains),
      outputPadding.height < max(stride.height, dilation.height),
      outputPadding.width < max(stride.width, dilation.width)
    else { throw GraphError(node: node, problem: "kernel, stride, dilation, groups or padding out of range") }
    guard inputs[0].channels % groups == 0, outChannels % groups == 0 else {
      throw GraphError(
        node: node, problem: "\(groups) groups do not divide \(inputs[0].channels) -> \(outChannels) channels")
    }
    func outputs(_ extent: KeyPath<Extent2D, Int>, of inputs: Int) -> Int {
      (inputs - 1) * stride[keyPath: extent] - 2 * padding[keyPath: extent]
        + dilation[keyPath: extent] * (kernel[keyPath: extent] - 1) + outputPadding[keyPath: extent] + 1
    }
    return try .checked(
      height: outputs(\.height, of: inputs[0].height), width: outputs(\.width, of: inputs[0].width),
      channels: outChannels, node: node)
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    [WeightShape(weight, [input.channels, outChannels / groups, kernel.height, kernel.width], role: "weight")]
      + (bias.map { [WeightShape($0, [outChannels], role: "bias")] } ?? [])
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    input.count * kernel.height * kernel.width * (outChannels / groups)
  }
}
