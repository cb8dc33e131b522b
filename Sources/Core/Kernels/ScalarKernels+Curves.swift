import KernelInterface
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ScalarKernels {
  static func gate(_ call: GateCall) {
    for index in 0..<call.input.count {
      let z = Double(call.input[index])
      let gated =
        switch call.kind {
        // 2σ(z) - 1 = tanh(z / 2), which does not cancel near 0.
        case .symmetricSigmoid: tanh(z / 2)
        case .symmetricHardSigmoid: 2 * value(.hardSigmoid, z) - 1
        case .sigmoid: value(.sigmoid, z)
        case .hardSigmoid: value(.hardSigmoid, z)
        }
      call.output[index] = Float(Double(call.base) + Double(call.range) * gated)
    }
    for index in call.input.count..<call.output.count { call.output[index] = 0 }
  }

  /// A curve at x.
  static func value(_ curve: CurveFunction, _ x: Double) -> Double {
    switch curve {
    case .hardSwish: x * value(.hardSigmoid, x)
    case .hardSigmoid: x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6
    case .silu: x * value(.sigmoid, x)
    case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
    case .tanhGELU: x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: tanh(x)
    case .elu: x < 0 ? expm1(x) : x
    case .mish: x * tanh(x > 30 ? x : log1p(exp(x)))
    }
  }
}
