/// A convolution kernel's kinds, by the loop that it runs.
public enum ConvolutionKernel: Sendable {
  /// ``KernelTable/pointwise``.
  case pointwise
  /// ``KernelTable/depthwise``.
  case depthwise
  /// ``KernelTable/convolution``.
  case dense
}

/// The sums that a kernel holds in registers at a time.
public struct TileShape: Sendable, Equatable {
  /// Neighbouring positions of the output.
  public let pixels: Int
  /// Channels of the output.
  public let channels: Int

  /// Creates a shape.
  public init(pixels: Int, channels: Int) {
    self.pixels = pixels
    self.channels = channels
  }
}
