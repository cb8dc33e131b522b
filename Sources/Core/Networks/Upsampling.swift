/// Enlarges a map by whole factors.
public struct Upsampling: Sendable, Equatable {
  /// How values between positions come about.
  public enum Interpolation: Sendable, Equatable {
    /// The nearest position's: each position becomes a rectangle of equal ones.
    case nearest
    /// Linear along both axes, as PyTorch's `bilinear`: corners' centres fall together (`alignsCorners`), or the outer edges do.
    case bilinear(alignsCorners: Bool)
  }

  /// Output extent over input extent, vertically and horizontally.
  public var factor: Extent2D
  /// How values between positions come about.
  public var interpolation: Interpolation

  /// Creates an upsampling.
  public init(factor: Extent2D, interpolation: Interpolation) {
    self.factor = factor
    self.interpolation = interpolation
  }
}
