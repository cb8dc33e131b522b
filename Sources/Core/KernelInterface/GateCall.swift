import Functions
import Tensors

/// The gate of a hyper function and equation (3): `output[i] = base + range * gate(input[i])`, to 1e-6 of its terms.
///
/// Elements of the output beyond the input's count become zero: pass the channels in use and a padded output.
public struct GateCall {
  /// The gate.
  public let gate: Gate
  /// What the second layer gave.
  public let input: TensorSlice
  /// α or β.
  public let base: Float
  /// λ.
  public let range: Float
  /// Slopes or intercepts.
  public let output: TensorSlice

  /// Creates a call.
  public init(_ gate: Gate = .symmetricSigmoid, input: TensorSlice, base: Float, range: Float, output: TensorSlice) {
    precondition(output.count >= input.count, "the output is too small")
    self.gate = gate
    self.input = input
    self.base = base
    self.range = range
    self.output = output
  }
}
