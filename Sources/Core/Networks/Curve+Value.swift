#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Curve {
  /// The curve at x, in double precision.
  public func value(_ x: Double) -> Double {
    switch self {
    case .hardSwish: x * Self.relu6(x + 3) / 6
    case .hardSigmoid: Self.relu6(x + 3) / 6
    case .silu: x * Self.sigmoid(x)
    case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
    case .tanhGELU: x * (1 + Self.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
    case .sigmoid: Self.sigmoid(x)
    case .tanh: Self.tanh(x)
    case .elu: x > 0 ? x : expm1(x)
    case .mish: x * Self.tanh(x > 30 ? x : log1p(exp(x)))
    }
  }

  private static func relu6(_ x: Double) -> Double { x < 0 ? 0 : x > 6 ? 6 : x }
  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  #if canImport(Glibc)
    private static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  #elseif canImport(Musl)
    private static func tanh(_ x: Double) -> Double { Musl.tanh(x) }
  #else
    private static func tanh(_ x: Double) -> Double { Darwin.tanh(x) }
  #endif
}
