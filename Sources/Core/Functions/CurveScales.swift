/// Factors around a curve f: `output * f(input * x)`, and `negative` times that for x below 0. With them ELU's alpha,
/// SELU, CELU and softplus's beta are the curves that they are made of.
public struct CurveScales: Sendable, Hashable, Codable {
  /// Within the curve.
  public var input: Float
  /// Around it.
  public var output: Float
  /// Another one for x below 0.
  public var negative: Float

  /// 1 unless told.
  public init(input: Float = 1, output: Float = 1, negative: Float = 1) {
    self.input = input
    self.output = output
    self.negative = negative
  }

  /// The curve by itself.
  public static let plain = CurveScales()

  /// The scaled curve at x, in double precision.
  public func value(of curve: Curve, at x: Double) -> Double {
    Double(output) * (x < 0 ? Double(negative) : 1) * curve.value(Double(input) * x)
  }
}
