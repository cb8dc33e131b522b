import KernelInterface
import Networks
import Tensors

extension Normalization: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let shape = lowering.shape(node.name)
    let scale = try values(of: weight, in: lowering, node) ?? Array(repeating: 1, count: shape.channels)
    let shift = try values(of: bias, in: lowering, node) ?? Array(repeating: 0, count: shape.channels)
    let factors = NormalizationFactors(
      weight: try lowering.packing.vector(scale, node), bias: try lowering.packing.vector(shift, node))
    let (input, output) = (lowering.value(node.inputs[0]), lowering.newValue(node.name))
    if case .layer(let isCentred) = kind {
      lowering.append(
        LayerNormalizationStep(
          node: node.name, isCentred: isCentred, epsilon: epsilon, factors: factors, input: input, output: output,
          outputShape: shape))
    } else {
      lowering.append(
        MapNormalizationStep(
          node: node.name, options: self, factors: factors, input: input, output: output, outputShape: shape))
    }
  }

  private func values(
    of name: String?, in lowering: Lowering, _ node: Node
  ) throws(GraphError) -> [Float]? {
    guard let name else { return nil }
    return try lowering.weights.vector(name, count: lowering.shape(node.name).channels, node: node.name)
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let (x, channels) = (inputs[0], run.shape.channels)
    let weight = weight.map { run.executor.weights[$0] } ?? Array(repeating: 1, count: channels)
    let bias = run.executor.weights[bias, count: channels]
    var y = normalized(x)
    for index in y.values.indices {
      y.values[index] = y.values[index] * weight[index % channels] + bias[index % channels]
      if case .response(addsInput: true) = kind { y.values[index] += x.values[index] }
    }
    return y
  }

  /// n.
  private func normalized(_ x: ReferenceMap) -> ReferenceMap {
    let (shape, channels) = (x.shape, x.shape.channels)
    var n = x
    func standardize(_ indices: [Int], isCentred: Bool = true) {
      let values = indices.map { x.values[$0] }
      let mean = isCentred ? values.reduce(0, +) / Double(values.count) : 0
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      for index in indices { n.values[index] = (x.values[index] - mean) / (variance + Double(epsilon)).squareRoot() }
    }
    switch kind {
    case .layer(let isCentred):
      for position in 0..<shape.positions {
        standardize(Array(position * channels..<(position + 1) * channels), isCentred: isCentred)
      }
    case .group(let groups):
      let size = channels / groups
      for group in 0..<groups { standardize(x.values.indices.filter { $0 % channels / size == group }) }
    case .response:
      let norms = (0..<channels).map { channel in
        (0..<shape.positions).reduce(0) { sum, position in
          let value = x.values[position * channels + channel]
          return sum + value * value
        }.squareRoot()
      }
      let mean = norms.reduce(0, +) / Double(channels) + Double(epsilon)
      for index in n.values.indices { n.values[index] *= norms[index % channels] / mean }
    }
    return n
  }
}

/// Scale and shift of a normalisation, `[channelStride]` each.
struct NormalizationFactors: Sendable {
  let weight: TensorSlice
  let bias: TensorSlice

  var packed: [TensorSlice] { [weight, bias] }
}

/// A normalisation over the channels of each position.
final class LayerNormalizationStep: MapStep {
  let node: String
  let isCentred: Bool
  let epsilon: Float
  let factors: NormalizationFactors
  let input: Value
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, isCentred: Bool, epsilon: Float, factors: NormalizationFactors, input: Value, output: Value,
    outputShape: FeatureShape
  ) {
    self.node = node
    self.isCentred = isCentred
    self.epsilon = epsilon
    self.factors = factors
    self.input = input
    self.output = output
    self.outputShape = outputShape
  }

  var title: String { isCentred ? "layer normalization" : "root mean square normalization" }
  var inputs: [Value] { [input] }
  var inPlaceInput: Value? { input }
  var packedWeights: [TensorSlice] { factors.packed }
  var ownMultiplyAdds: Int { outputShape.count }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.layerNormalization(
        LayerNormalizationCall(
          input: executor.map(input, slot), shape: outputShape, isCentred: isCentred, epsilon: epsilon,
          weight: factors.weight, bias: factors.bias, output: executor.map(output, slot)))
    }
  }
}
