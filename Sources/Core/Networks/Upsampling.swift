import Tensors

/// A map sampled at another size.
public struct Upsampling: Sendable, Equatable {
  /// How values between positions come about.
  public enum Interpolation: Sendable, Equatable {
    /// The position's in whose cell the output's first corner lies, as PyTorch's `nearest`: enlarged by whole factors,
    /// each position becomes a rectangle of equal ones.
    case nearest
    /// The position's in whose cell the output's centre lies, as PyTorch's `nearest-exact`.
    case nearestCentre
    /// Linear along both axes, as PyTorch's `bilinear`: corners' centres fall together (`alignsCorners`), or the outer
    /// edges do.
    case bilinear(alignsCorners: Bool)
  }

  /// What the result's extents follow from.
  public enum Target: Sendable, Equatable {
    /// Output extent over input extent, vertically and horizontally.
    case factor(Extent2D)
    /// The output's extents.
    case size(Extent2D)
  }

  /// Input positions from one output position to the next.
  public struct Step: Sendable, Equatable {
    /// Rows of the input.
    public var vertical: Float
    /// Columns of the input.
    public var horizontal: Float

    package init(vertical: Float, horizontal: Float) {
      self.vertical = vertical
      self.horizontal = horizontal
    }
  }

  /// Input positions from the centre of the first one to a point.
  public struct Offset: Sendable, Equatable {
    /// Rows of the input.
    public var vertical: Float
    /// Columns of the input.
    public var horizontal: Float

    package init(vertical: Float, horizontal: Float) {
      self.vertical = vertical
      self.horizontal = horizontal
    }
  }

  /// What the result's extents follow from.
  public var target: Target
  /// Input extent over output extent unless given: PyTorch samples with the inverse of a scale even where it rounds the
  /// size. Not looked at where corners are aligned.
  public var step: Step?
  /// Where the first output position lies in the input, 0 for the centre of its first one, in single precision; half a
  /// step less 1/2 unless given, as in PyTorch. Of linear interpolation without aligned corners alone: TensorFlow's old
  /// one begins at 0.
  public var offset: Offset?
  /// How values between positions come about.
  public var interpolation: Interpolation

  package init(factor: Extent2D, interpolation: Interpolation) {
    self.init(.factor(factor), interpolation: interpolation)
  }

  package init(_ target: Target, step: Step? = nil, offset: Offset? = nil, interpolation: Interpolation) {
    self.target = target
    self.step = step
    self.offset = offset
    self.interpolation = interpolation
  }
}

extension Upsampling: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    if let step {
      guard [step.vertical, step.horizontal].allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw GraphError(node: node, problem: "the steps must be finite and above 0")
      }
    }
    if let offset {
      guard interpolation == .bilinear(alignsCorners: false), offset.vertical.isFinite, offset.horizontal.isFinite
      else {
        throw GraphError(
          node: node, problem: "offsets are finite, and of bilinear interpolation without aligned corners alone")
      }
    }
    switch target {
    case .factor(let factor):
      let (height, tall) = inputs[0].height.multipliedReportingOverflow(by: factor.height)
      let (width, wide) = inputs[0].width.multipliedReportingOverflow(by: factor.width)
      guard factor.height >= 1, factor.width >= 1, !tall, !wide else {
        throw GraphError(node: node, problem: "the factors are out of range")
      }
      return try .checked(height: height, width: width, channels: inputs[0].channels, node: node)
    case .size(let size):
      return try .checked(height: size.height, width: size.width, channels: inputs[0].channels, node: node)
    }
  }
}
