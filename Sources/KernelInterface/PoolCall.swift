import Tensors

/// A pooling over windows: each output is the largest or the mean value of its channel under the window.
///
/// Every window holds at least one position of the input. NaN under a window gives NaN.
public struct PoolCall {
  /// What becomes of the values under a window.
  public enum Kind: Sendable {
    /// The largest of those inside the input.
    case maximum
    /// The sum of those inside the input, divided by the number of all taps or of those inside.
    case average(countsPadding: Bool)
  }

  /// What becomes of the values under a window.
  public let kind: Kind
  /// `[inputShape.positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape.
  public let inputShape: FeatureShape
  /// `[outputShape.positions][channelStride]`.
  public let output: TensorSlice
  /// The output's shape; as many channels as the input has.
  public let outputShape: FeatureShape
  /// The window's rows and columns.
  public let kernel: (height: Int, width: Int)
  /// Steps between outputs.
  public let stride: (height: Int, width: Int)
  /// Padding above and to the left.
  public let origin: (top: Int, left: Int)
  /// Steps between the window's taps.
  public let dilation: (height: Int, width: Int)

  /// Creates a call.
  public init(
    kind: Kind, input: TensorSlice, inputShape: FeatureShape, output: TensorSlice, outputShape: FeatureShape,
    kernel: (height: Int, width: Int), stride: (height: Int, width: Int), origin: (top: Int, left: Int),
    dilation: (height: Int, width: Int)
  ) {
    precondition(inputShape.channels == outputShape.channels, "a pooling keeps its channels")
    precondition(input.count >= inputShape.storedCount && output.count >= outputShape.storedCount)
    precondition(min(kernel.height, kernel.width, stride.height, stride.width) >= 1)
    precondition(min(dilation.height, dilation.width) >= 1)
    self.kind = kind
    self.input = input
    self.inputShape = inputShape
    self.output = output
    self.outputShape = outputShape
    self.kernel = kernel
    self.stride = stride
    self.origin = origin
    self.dilation = dilation
  }
}
