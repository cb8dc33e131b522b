import Tensors

/// A pooling over windows of a map: for each output position and channel, the largest or the mean value under the
/// window.
///
/// Every window must hold at least one position of the map, so that it has a value.
public struct Pooling: Sendable, Equatable {
  /// What becomes of the values under a window.
  public enum Kind: Sendable, Equatable {
    /// The largest; padding never wins.
    case maximum
    /// The sum, divided by the number of the window's taps: all of them, or those inside the map.
    case average(countsPadding: Bool)
  }

  /// What becomes of the values under a window.
  public var kind: Kind
  /// The window's height and width.
  public var kernel: Extent2D
  /// Step between output positions.
  public var stride: Extent2D
  /// Rows and columns added around the map.
  public var padding: Padding
  /// Step between the window's taps.
  public var dilation: Extent2D

  /// Creates a pooling. As in PyTorch the stride is the kernel's size unless told.
  public init(
    _ kind: Kind, kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = Padding(0),
    dilation: Extent2D = Extent2D(1)
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
  }
}

extension Pooling: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let (vertical, horizontal) = WindowAxis.pair(
      over: inputs[0], kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    guard vertical.isAllowed, horizontal.isAllowed else {
      throw GraphError(node: node, problem: "kernel, stride, dilation or padding out of range")
    }
    let shape = try FeatureShape.checked(
      height: vertical.outputs, width: horizontal.outputs, channels: inputs[0].channels, node: node)
    guard vertical.windowsHoldInput, horizontal.windowsHoldInput else {
      throw GraphError(node: node, problem: "a window lies wholly in the padding of its \(inputs[0].text) input")
    }
    return shape
  }
}
