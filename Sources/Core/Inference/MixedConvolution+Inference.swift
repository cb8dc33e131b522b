import KernelInterface
import Networks
import Tensors

/// The mixture is a fully connected layer from the shares to the packed weights; a convolution then reads these.
extension MixedConvolution: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let (inputShape, outputShape) = (lowering.shape(node.inputs[0]), lowering.shape(node.name))
    let options = convolution
    let form = options.form(inChannels: inputShape.channels)
    let input = lowering.value(node.inputs[0])
    let shapes = weightShapes(input: inputShape)
    let kernels = try split(shapes[0], node, lowering.weights)
    let packed = try kernels.map { kernel throws(GraphError) in
      try lowering.pack(kernel, form: form, options: options, inChannels: inputShape.channels, node)
    }
    let weights = try mixture(of: packed.map(\.array), multiplyAdds: shapes[0].count, node, in: &lowering)
    var bias: Value?
    if shapes.count > 1 {
      let stride = outputShape.channelStride
      let rows = try split(shapes[1], node, lowering.weights).map { row in
        row + [Float](repeating: 0, count: stride - row.count)
      }
      bias = try mixture(of: rows, multiplyAdds: shapes[1].count, node, in: &lowering)
    }
    let zeros = [Float](repeating: 0, count: options.outChannels)
    lowering.append(
      ConvolutionStep(
        nodes: [node.name], form: form,
        geometry: options.geometry(
          input: inputShape, isImage: input == .image, output: outputShape, groups: form == .dense ? options.groups : 1),
        input: input, output: lowering.newValue(node.name), weights: packed[0],
        bias: try lowering.packing.vector(zeros, node), computed: ComputedWeights(weights: weights, bias: bias),
        fusion: ConvolutionFusion(), multiplyAdds: options.multiplyAdds(input: inputShape, output: outputShape)))
  }

  /// The K parts of a tensor.
  private func split(_ wanted: WeightShape, _ node: Node, _ weights: Weights) throws(GraphError) -> [[Float]] {
    let values = try weights.tensor(wanted.name, shape: wanted.shape, node: node.name).values.array
    let count = values.count / kernels
    return (0..<kernels).map { Array(values[$0 * count..<($0 + 1) * count]) }
  }

  /// The value that holds the sum of `parts`, each times its share.
  private func mixture(
    of parts: [[Float]], multiplyAdds: Int, _ node: Node, in lowering: inout Lowering
  ) throws(GraphError) -> Value {
    let count = parts[0].count
    let columns = (0..<count).flatMap { index in parts.map { $0[index] } }
    let output = lowering.newValue(count: count)
    lowering.append(
      LinearStep(
        node: node.name, input: lowering.value(node.inputs[1]), inFeatures: kernels, output: output, outFeatures: count,
        weights: try lowering.packing.matrix(columns, columns: kernels, node),
        bias: try lowering.packing.vector([Float](repeating: 0, count: count), node), multiplyAdds: multiplyAdds))
    return output
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let shares = inputs[1].values
    func mixed(_ values: [Double]) -> [Double] {
      let count = values.count / kernels
      return (0..<count).map { index in
        shares.indices.reduce(0) { $0 + shares[$1] * values[$1 * count + index] }
      }
    }
    let weights = run.executor.weights
    return convolution.reference(
      inputs[0], shape: run.shape, weight: mixed(weights[convolution.weight]),
      bias: mixed(weights[convolution.bias, count: kernels * convolution.outChannels]))
  }
}
