import Tensors

/// The gate of a hyper function and equation (3): `output[i] = base + range * gate(input[i])`, to 1e-6 of its terms.
///
/// Elements of the output beyond the input's count become zero: pass the channels in use and a padded output.
public struct GateCall {
  /// The gate.
  public enum Kind: Sendable, CaseIterable {
    /// `2σ(z) - 1`.
    case symmetricSigmoid
    /// `relu6(z + 3) / 3 - 1`.
    case symmetricHardSigmoid
    /// `σ(z)`.
    case sigmoid
    /// `relu6(z + 3) / 6`.
    case hardSigmoid
  }

  /// The gate.
  public let kind: Kind
  /// What the second layer gave.
  public let input: TensorSlice
  /// α or β.
  public let base: Float
  /// λ.
  public let range: Float
  /// Slopes or intercepts.
  public let output: TensorSlice

  /// Creates a call.
  public init(_ kind: Kind = .symmetricSigmoid, input: TensorSlice, base: Float, range: Float, output: TensorSlice) {
    precondition(output.count >= input.count, "the output is too small")
    self.kind = kind
    self.input = input
    self.base = base
    self.range = range
    self.output = output
  }
}
