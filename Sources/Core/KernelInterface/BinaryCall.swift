import Tensors

/// Two maps combined element by element: `output[p][c] = combine(first[p][c], second[...])`.
///
/// Of maximum, NaN in either gives NaN.
public struct BinaryCall {
  /// What is done with two values.
  public enum Kind: Sendable, CaseIterable {
    case add, multiply, maximum
  }

  /// How the second operand lies.
  public enum Layout: Sendable, CaseIterable {
    /// Like the first.
    case map
    /// `[channelStride]`: one value for each channel.
    case vector
    /// `[positions][channelStride of one channel]`: one value for each position.
    case plane
  }

  /// What is done with two values.
  public let kind: Kind
  /// `[positions][channelStride]`.
  public let first: TensorSlice
  /// Laid out as ``layout`` says.
  public let second: TensorSlice
  /// How the second operand lies.
  public let layout: Layout
  /// The first operand's shape and the output's.
  public let shape: FeatureShape
  /// Laid out like the first; may be the same slice.
  public let output: TensorSlice

  /// Creates a call.
  public init(
    _ kind: Kind, first: TensorSlice, second: TensorSlice, layout: Layout, shape: FeatureShape, output: TensorSlice
  ) {
    precondition(min(first.count, output.count) >= shape.storedCount)
    let needed =
      switch layout {
      case .map: shape.storedCount
      case .vector: shape.channelStride
      case .plane: shape.positions * FeatureShape.simdWidth
      }
    precondition(second.count >= needed, "the second operand is too small")
    self.kind = kind
    self.first = first
    self.second = second
    self.layout = layout
    self.shape = shape
    self.output = output
  }
}
