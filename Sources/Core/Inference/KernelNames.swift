import KernelInterface
import Networks

extension CurveFunction {
  /// The kernels' name of a graph's curve.
  init(_ curve: Curve) {
    self =
      switch curve {
      case .hardSwish: .hardSwish
      case .hardSigmoid: .hardSigmoid
      case .silu: .silu
      case .gelu: .gelu
      case .tanhGELU: .tanhGELU
      case .sigmoid: .sigmoid
      case .tanh: .tanh
      case .elu: .elu
      case .mish: .mish
      }
  }
}

extension GateCall.Kind {
  /// The kernels' name of a graph's gate.
  init(_ gate: Gate) {
    self =
      switch gate {
      case .symmetricSigmoid: .symmetricSigmoid
      case .symmetricHardSigmoid: .symmetricHardSigmoid
      case .sigmoid: .sigmoid
      case .hardSigmoid: .hardSigmoid
      }
  }
}
