import KernelInterface
import Tensors

extension ScalarKernels {
  static func gate(_ call: GateCall) {
    for index in 0..<call.input.count {
      let gated = call.gate.value(Double(call.input[index]))
      call.output[index] = Float(Double(call.base) + Double(call.range) * gated)
    }
    for index in call.input.count..<call.output.count { call.output[index] = 0 }
  }
}
