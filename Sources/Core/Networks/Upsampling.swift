import Tensors

/// Enlarges a map by whole factors.
public struct Upsampling: Sendable, Equatable {
  /// How values between positions come about.
  public enum Interpolation: Sendable, Equatable {
    /// The nearest position's: each position becomes a rectangle of equal ones.
    case nearest
    /// Linear along both axes, as PyTorch's `bilinear`: corners' centres fall together (`alignsCorners`), or the outer
    /// edges do.
    case bilinear(alignsCorners: Bool)
  }

  /// Output extent over input extent, vertically and horizontally.
  public var factor: Extent2D
  /// How values between positions come about.
  public var interpolation: Interpolation

  package init(factor: Extent2D, interpolation: Interpolation) {
    self.factor = factor
    self.interpolation = interpolation
  }
}

extension Upsampling: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let (height, tall) = inputs[0].height.multipliedReportingOverflow(by: factor.height)
    let (width, wide) = inputs[0].width.multipliedReportingOverflow(by: factor.width)
    guard factor.height >= 1, factor.width >= 1, !tall, !wide else {
      throw GraphError(node: node, problem: "the factors are out of range")
    }
    return try .checked(height: height, width: width, channels: inputs[0].channels, node: node)
  }
}
