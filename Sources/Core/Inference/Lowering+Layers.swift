import KernelInterface
import Networks
import Tensors

extension Lowering {
  /// A convolution with what it takes along.
  mutating func convolution(_ options: Convolution, _ node: Node) throws(GraphError) -> ConvolutionStep {
    let chain = fusions.chains[node.name] ?? Fusions.Chain()
    let (inputShape, outputShape) = (shape(node.inputs[0]), shape(node.name))
    let input = value(node.inputs[0])
    let folded = try FoldedConvolution(
      options, node: node.name, inChannels: inputShape.channels, normalization: chain.normalization, weights: weights)
    let form = options.form(inChannels: inputShape.channels)
    let geometry = options.geometry(
      input: inputShape, isImage: input == .image, output: outputShape, groups: form == .dense ? options.groups : 1)
    let isWinograd = form == .dense && geometry.isFasterByWinograd
    let packed =
      isWinograd
      ? try packing.winograd(
        folded.weights, outChannels: options.outChannels, inChannels: inputShape.channels, node)
      : try pack(folded.weights, form: form, options: options, inChannels: inputShape.channels, node)
    let bias = try packing.vector(folded.bias, node)
    let origin = ConvolutionOrigin(
      options: options, form: form, folded: folded, geometry: geometry, input: input,
      sums: keptSums(of: node.inputs[0]), weights: packed, bias: bias)
    var fusion = ConvolutionFusion()
    fusion.addend = chain.addend.map { value($0.operand) }
    fusion.residual = chain.residual.map { value($0.operand) }
    if let name = chain.activation, let activation = nodes[name], case .activation(let options) = activation.operation {
      fusion.activation = try plan(
        options, site: site(name), activation, origin: fusions.knownBefore.contains(name) ? origin : nil)
    }
    let end = chain.nodes.last ?? node.name
    let output = newValue(end)
    fusion.sums = keepSums(of: end)
    let products = folded.weights.count * outputShape.positions
    return ConvolutionStep(
      nodes: [node.name] + chain.nodes, form: form, isWinograd: isWinograd, geometry: geometry, input: input,
      output: output, weights: packed, bias: bias, fusion: fusion, multiplyAdds: products)
  }

  /// A kernel's weights for the form that runs it.
  mutating func pack(
    _ weights: [Float], form: ConvolutionStep.Form, options: Convolution, inChannels: Int, _ node: Node
  ) throws(GraphError) -> TensorSlice {
    switch form {
    case .pointwise: try packing.matrix(weights, columns: inChannels, node)
    case .depthwise: try packing.depthwise(weights, kernel: options.kernel, node)
    case .dense: try packing.dense(weights, options: options, inChannels: inChannels, node)
    }
  }

  /// A batch normalisation with no convolution of its own before it.
  mutating func normalization(
    _ options: BatchNormalization, _ node: Node
  ) throws(GraphError) -> ElementwiseStep.Operation {
    let affine = try AffineNormalization(
      options, node: node.name, channels: shape(node.name).channels, weights: weights)
    return .normalization(
      scales: try packing.vector(affine.scales.map { Float($0) }, node),
      shifts: try packing.vector(affine.shifts.map { Float($0) }, node))
  }
}

/// The convolution whose output an activation takes, where its coefficients are computed from the convolution's input.
struct ConvolutionOrigin {
  let options: Convolution
  let form: ConvolutionStep.Form
  let folded: FoldedConvolution
  let geometry: WindowGeometry
  let input: Value
  let sums: KeptSums?
  let weights: TensorSlice
  let bias: TensorSlice
}
