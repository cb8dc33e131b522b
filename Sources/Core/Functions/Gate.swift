/// What maps the second layer of a hyper function to residuals Δ; the raw value is the model file's word.
public enum Gate: String, Sendable, Equatable, CaseIterable, Codable {
  /// The paper's: `2σ(z) - 1`.
  case symmetricSigmoid = "2*sigmoid-1"
  /// Its piecewise linear form: `relu6(z + 3) / 3 - 1`.
  case symmetricHardSigmoid = "2*hard_sigmoid-1"
  /// Squeeze-and-excitation's: `σ(z)`.
  case sigmoid
  /// MobileNetV3's: `relu6(z + 3) / 6`.
  case hardSigmoid = "hard_sigmoid"

  /// The gate at z, in double precision.
  public func value(_ z: Double) -> Double {
    switch self {
    // 2σ(z) - 1 = tanh(z / 2), which does not cancel near 0.
    case .symmetricSigmoid: Curve.tanh.value(z / 2)
    case .symmetricHardSigmoid: 2 * Curve.hardSigmoid.value(z) - 1
    case .sigmoid: Curve.sigmoid.value(z)
    case .hardSigmoid: Curve.hardSigmoid.value(z)
    }
  }
}
