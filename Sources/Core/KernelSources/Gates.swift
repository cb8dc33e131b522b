import CVector
import KernelInterface
import Tensors

func gate(_ call: GateCall) {
  let (base, range) = (all(call.base), all(call.range))
  switch call.gate {
  case .symmetricSigmoid: call.map { vector_add_product(base, range, centredSigmoid($0)) }
  case .symmetricHardSigmoid: call.map { vector_add_product(base, range, hardTanh($0)) }
  case .sigmoid: call.map { vector_add_product(base, range, Sigmoid.value($0)) }
  case .hardSigmoid: call.map { vector_add_product(base, range, HardSigmoid.value($0)) }
  }
}

extension GateCall {
  @inline(__always)
  fileprivate func map(_ transform: (Vector) -> Vector) {
    mapVectors(Floats(input.pointer), to: output.pointer, count: input.count, transform)
    for index in input.count..<output.count { output.pointer[index] = 0 }
  }
}

/// `relu6(z + 3) / 3 - 1` is z / 3 between -1 and 1.
@inline(__always)
private func hardTanh(_ z: Vector) -> Vector {
  vector_smaller(vector_larger(z * all(1 / 3), all(-1)), all(1))
}
