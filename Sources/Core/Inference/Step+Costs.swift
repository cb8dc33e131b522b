import KernelInterface
import Networks
import Tensors

/// What a step moves and computes for one image.
struct StepCosts {
  /// Bytes of maps and sums that are read, each once.
  var read = 0
  /// Bytes of maps and sums that are written.
  var written = 0
  /// Bytes of packed weights; where a batch runs together, once for all its images.
  var weights = 0
  /// Multiply-adds as the paper counts them.
  var multiplyAdds = 0

  static func + (left: StepCosts, right: StepCosts) -> StepCosts {
    StepCosts(
      read: left.read + right.read, written: left.written + right.written, weights: left.weights + right.weights,
      multiplyAdds: left.multiplyAdds + right.multiplyAdds)
  }
}

extension Plan {
  func costs(of step: any Step) -> StepCosts {
    func bytes(_ values: some Sequence<Value>) -> Int {
      values.reduce(0) { $0 + (memory.placements[$1.index]?.count ?? input.count) } * MemoryLayout<Float>.size
    }
    return StepCosts(
      read: bytes(Set(step.inputs)), written: bytes(step.results),
      weights: step.weights.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.size, multiplyAdds: step.multiplyAdds)
  }
}

extension Step {
  /// Packed weights that it reads, the activation's as well.
  fileprivate var weights: [TensorSlice] { packedWeights + (activation?.weights ?? []) }

  /// Multiply-adds of one image.
  var multiplyAdds: Int {
    guard let site = activation?.site else { return ownMultiplyAdds }
    return ownMultiplyAdds + site.activation.multiplyAdds(input: site.shape, output: site.shape)
  }
}

extension ActivationPlan {
  /// Coefficients, or the weights of what gives them, and the attention's.
  fileprivate var weights: [TensorSlice] {
    let coefficients =
      switch source {
      case .constant(let constant): takesCoefficients ? [constant.slopes, constant.intercepts] : []
      case .hyper(let layers): [layers.weights1, layers.bias1, layers.weights2, layers.bias2]
      case .given, nil: [TensorSlice]()
      }
    return coefficients + (attention.map { [$0.weight] } ?? [])
  }

  private var takesCoefficients: Bool {
    switch form {
    case .lines, .parametric: true
    case .rectifier, .curve: false
    }
  }
}
