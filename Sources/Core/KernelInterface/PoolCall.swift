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
  /// `[outputShape.positions][channelStride]`.
  public let output: TensorSlice
  /// Shapes and steps; the output has as many channels as the input.
  public let geometry: WindowGeometry

  /// Creates a call.
  public init(kind: Kind, input: TensorSlice, output: TensorSlice, geometry: WindowGeometry) {
    let (inputShape, outputShape) = (geometry.inputShape, geometry.outputShape)
    precondition(inputShape.channels == outputShape.channels, "a pooling keeps its channels")
    precondition(geometry.inputStride == inputShape.channelStride, "a pooling reads maps with padding lanes")
    precondition(input.count >= inputShape.storedCount && output.count >= outputShape.storedCount)
    self.kind = kind
    self.input = input
    self.output = output
    self.geometry = geometry
  }
}
