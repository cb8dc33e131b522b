#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fixed function of one number: an activation without linear pieces.
///
/// ``value(_:)`` is the definition; kernels compute it a vector at a time, to 1e-6 of the larger of its value and 1, or
/// better. The raw value is the model file's word.
public enum Curve: String, Sendable, Equatable, CaseIterable, Codable {
  /// `x relu6(x + 3) / 6`.
  case hardSwish = "hard_swish"
  /// `relu6(x + 3) / 6`.
  case hardSigmoid = "hard_sigmoid"
  /// `x σ(x)`.
  case silu
  /// `x Φ(x)`, with the error function.
  case gelu
  /// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`.
  case tanhGELU = "gelu_tanh"
  /// `1 / (1 + exp(-x))`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// `x` above 0, `exp(x) - 1` below.
  case elu
  /// `x tanh(ln(1 + exp(x)))`.
  case mish
  /// `ln(1 + exp(x))`.
  case softplus

  /// The curve at x, in double precision.
  public func value(_ x: Double) -> Double {
    switch self {
    case .hardSwish: x * Self.hardSigmoid.value(x)
    case .hardSigmoid: x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6
    case .silu: x * Self.sigmoid.value(x)
    case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
    case .tanhGELU: x * (1 + Self.tanh.value((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: hyperbolicTangent(x)
    case .elu: x < 0 ? expm1(x) : x
    case .mish: x * Self.tanh.value(Self.softplus.value(x))
    case .softplus: x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))
    }
  }

  /// The name in the literature.
  public var title: String {
    switch self {
    case .hardSwish: "h-swish"
    case .hardSigmoid: "hard sigmoid"
    case .silu: "SiLU"
    case .gelu: "GELU"
    case .tanhGELU: "GELU (tanh)"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .elu: "ELU"
    case .mish: "Mish"
    case .softplus: "softplus"
    }
  }
}

/// Inside ``Curve``, `tanh` is a case.
private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
