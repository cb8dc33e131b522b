import KernelInterface
import Networks
import Tensors

/// A pass over a map: an activation, batch normalisation or sum that no convolution takes along.
final class ElementwiseStep: MapStep {
  /// What happens to each value.
  enum Operation: Sendable {
    case activation(ActivationPlan)
    /// `y = scale x + shift` for each channel; `[channelStride]` each.
    case normalization(scales: TensorSlice, shifts: TensorSlice)
    /// Adds another map of the same shape.
    case sum(Value)
  }

  let node: String
  let operation: Operation
  let input: Value
  let output: Value
  let outputShape: FeatureShape
  let kept: KeptSums?

  init(node: String, operation: Operation, input: Value, output: Value, outputShape: FeatureShape, kept: KeptSums?) {
    self.node = node
    self.operation = operation
    self.input = input
    self.output = output
    self.outputShape = outputShape
    self.kept = kept
  }
}

extension ElementwiseStep {
  var inputs: [Value] {
    switch operation {
    case .activation(let activation): [input] + activation.inputs
    case .normalization: [input]
    case .sum(let other): [input, other]
    }
  }

  var inPlaceInput: Value? {
    // x + x reads its input twice.
    if case .sum(let other) = operation, other == input { return nil }
    return input
  }

  var activation: ActivationPlan? {
    guard case .activation(let activation) = operation else { return nil }
    return activation
  }

  var packedWeights: [TensorSlice] {
    guard case .normalization(let scales, let shifts) = operation else { return [] }
    return [scales, shifts]
  }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    executor.pass(self, slots: slots, observer: observer)
  }

  var fused: String { kept == nil ? "" : "sums" }

  var title: String {
    switch operation {
    case .activation(let plan):
      let options = plan.site.activation
      if options.isCurve { return options.kind }
      let kind = options.isDynamic ? "dynamic" : "static"
      return "\(kind) activation K=\(options.functions)\(options.attention == nil ? "" : ", attention")"
    case .normalization: return "normalization"
    case .sum: return "add"
    }
  }
}
