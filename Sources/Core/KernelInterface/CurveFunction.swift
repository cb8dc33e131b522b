/// A fixed function of one number, computed by ``Epilogue/Function/curve(_:channels:)`` to 1e-6 of the larger of its value and 1, or better.
public enum CurveFunction: Sendable, Equatable, CaseIterable {
  /// `x relu6(x + 3) / 6`.
  case hardSwish
  /// `relu6(x + 3) / 6`.
  case hardSigmoid
  /// `x σ(x)`.
  case silu
  /// `x Φ(x)`.
  case gelu
  /// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`.
  case tanhGELU
  /// `1 / (1 + exp(-x))`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// `x` above 0, `exp(x) - 1` below.
  case elu
  /// `x tanh(ln(1 + exp(x)))`.
  case mish
}
