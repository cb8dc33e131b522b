import Networks
import Tensors

extension Step {
  /// The nodes that the step computes.
  var nodes: [String] {
    switch self {
    case .padding(let step): [step.node]
    case .rowSums(let step): [step.node]
    case .convolution(let step): step.nodes
    case .elementwise(let step): [step.node]
    case .pool(let step): [step.node]
    case .windowPool(let step): [step.node]
    case .combine(let step): [step.node]
    case .channels(let step): [step.node]
    case .upsample(let step): [step.node]
    case .linear(let step): [step.node]
    }
  }

  /// The values that it reads.
  var inputs: [Value] {
    switch self {
    case .padding, .rowSums: [.image]
    case .convolution(let step):
      [step.input] + [step.fusion.addend, step.fusion.residual].compactMap { $0 }
        + (step.fusion.activation?.inputs ?? [])
    case .elementwise(let step): [step.input] + step.operands
    case .pool(let step): [step.input] + (step.sums.map { [$0.value] } ?? [])
    case .windowPool(let step): [step.input]
    case .combine(let step): [step.first] + step.others
    case .channels(let step): step.parts.map(\.input)
    case .upsample(let step): [step.input]
    case .linear(let step): [step.input]
    }
  }

  /// The map that it writes; nil where it writes sums alone.
  var output: Value? {
    switch self {
    case .padding(let step): step.output
    case .rowSums: nil
    case .convolution(let step): step.output
    case .elementwise(let step): step.output
    case .pool(let step): step.output
    case .windowPool(let step): step.output
    case .combine(let step): step.output
    case .channels(let step): step.output
    case .upsample(let step): step.output
    case .linear(let step): step.output
    }
  }

  /// The sums that it writes.
  var sums: Value? {
    switch self {
    case .rowSums(let step): step.sums.value
    case .convolution(let step): step.fusion.sums?.value
    case .elementwise(let step): step.sums?.value
    case .padding, .pool, .windowPool, .combine, .channels, .upsample, .linear: nil
    }
  }

  /// The values that it writes.
  var results: [Value] { [output, sums].compactMap { $0 } }

  /// The input in whose place the output may stand if nothing reads it later.
  var heir: Value? {
    // A Maxout shows its first input, so that must stay.
    if case .combine(let step) = self { return step.site == nil ? step.first : nil }
    guard case .elementwise(let step) = self else { return nil }
    // x + x reads its input twice.
    if case .sum(let other) = step.operation, other == step.input { return nil }
    return step.input
  }

  /// Positions of the output.
  var positions: Int {
    switch self {
    case .padding(let step): step.shape.positions
    case .rowSums(let step): step.shape.positions
    case .convolution(let step): step.geometry.outputShape.positions
    case .elementwise(let step): step.shape.positions
    case .windowPool(let step): step.outputShape.positions
    case .combine(let step): step.shape.positions
    case .channels(let step): step.shape.positions
    case .upsample(let step): step.outputShape.positions
    case .pool, .linear: 1
    }
  }

  /// The activation that runs in it.
  var activation: ActivationPlan? {
    switch self {
    case .convolution(let step): return step.fusion.activation
    case .elementwise(let step):
      guard case .activation(let activation) = step.operation else { return nil }
      return activation
    case .padding, .rowSums, .pool, .windowPool, .combine, .channels, .upsample, .linear: return nil
    }
  }
}

extension ElementwiseStep {
  /// What it reads beside its input.
  fileprivate var operands: [Value] {
    switch operation {
    case .activation(let activation): activation.inputs
    case .normalization: []
    case .sum(let other): [other]
    }
  }
}
