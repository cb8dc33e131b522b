import Tensors

/// A 2-D convolution. The weight has shape `[outChannels, inChannels / groups, kernel.height, kernel.width]`.
public struct Convolution: Sendable, Equatable {
  /// Channels produced.
  public var outChannels: Int
  /// Kernel height and width.
  public var kernel: Extent2D
  /// Step between output positions.
  public var stride: Extent2D
  /// Zero padding before and after each axis.
  public var padding: Padding
  /// Step between kernel taps.
  public var dilation: Extent2D
  /// Groups; equal to the input's channels for a depthwise convolution.
  public var groups: Int
  /// Name of the weight tensor.
  public var weight: String
  /// Name of the bias tensor `[outChannels]`, if there is one.
  public var bias: String?

  /// Creates a convolution; one group, no dilation and no bias unless told.
  package init(
    outChannels: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1), padding: Padding = Padding(0),
    dilation: Extent2D = Extent2D(1), groups: Int = 1, weight: String, bias: String? = nil
  ) {
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.weight = weight
    self.bias = bias
  }
}

extension Convolution: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let (vertical, horizontal) = WindowAxis.pair(
      over: inputs[0], kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    let allowed = 1...GraphShapes.maximumExtent
    guard vertical.isAllowed, horizontal.isAllowed, allowed.contains(groups), allowed.contains(outChannels)
    else { throw GraphError(node: node, problem: "kernel, stride, dilation, groups or padding out of range") }
    guard inputs[0].channels % groups == 0, outChannels % groups == 0 else {
      throw GraphError(
        node: node, problem: "\(groups) groups do not divide \(inputs[0].channels) -> \(outChannels) channels")
    }
    return try .checked(height: vertical.outputs, width: horizontal.outputs, channels: outChannels, node: node)
  }

  package func weightShapes(input: FeatureShape) -> [WeightShape] {
    WeightShape.layer(weight, [outChannels, input.channels / groups, kernel.height, kernel.width], bias: bias)
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    output.count * kernel.height * kernel.width * (input.channels / groups)
  }
}
