import ModelFiles
import Networks
import Tensors

/// Turns a graph's nodes into steps, one after the other, and packs their weights.
struct Lowering {
  let graph: Graph
  let shapes: GraphShapes
  let weights: Weights
  private(set) var steps: [Step] = []
  /// The shape of each value; index 0 is the image.
  private(set) var valueShapes: [FeatureShape]
  private var values: [String: Value] = [:]
  private var packing = Packing()
  private var site = 0
  /// The only batch normalisation after a convolution, by the convolution's name.
  private let normalizations: [String: (node: String, options: BatchNormalization)]

  init(_ graph: Graph, shapes: GraphShapes, weights: Weights) throws(GraphError) {
    self.graph = graph
    self.shapes = shapes
    self.weights = weights
    valueShapes = [shapes.input]
    normalizations = Self.foldable(graph)
    for node in graph.nodes { try lower(node) }
  }

  /// The value that holds the graph's result.
  var output: Value {
    guard let value = values[graph.output] else { preconditionFailure("a valid graph computes its output") }
    return value
  }

  /// Batch normalisations that are the one user of a convolution which is not the graph's output.
  private static func foldable(_ graph: Graph) -> [String: (node: String, options: BatchNormalization)] {
    var users: [String: Int] = [graph.output: 1]
    for name in graph.nodes.flatMap(\.inputs) { users[name, default: 0] += 1 }
    var convolutions: Set<String> = []
    var found: [String: (node: String, options: BatchNormalization)] = [:]
    for node in graph.nodes {
      if case .convolution = node.operation { convolutions.insert(node.name) }
      guard case .batchNormalization(let options) = node.operation, let input = node.inputs.first,
        convolutions.contains(input), users[input] == 1
      else { continue }
      found[input] = (node.name, options)
    }
    return found
  }

  private mutating func lower(_ node: Node) throws(GraphError) {
    switch node.operation {
    case .input:
      values[node.name] = .image
      if !onlyDenseConvolutions(read: node.name) {
        steps.append(.padding(PaddingStep(node: node.name, output: newValue(node), shape: shape(node.name))))
      }
    case .convolution(let options):
      steps.append(.convolution(try convolution(options, node)))
    case .batchNormalization(let options):
      if normalizations[node.inputs[0]]?.node == node.name {
        values[node.name] = value(node.inputs[0])
      } else {
        steps.append(.normalization(try normalization(options, node)))
      }
    case .activation(let activation):
      steps.append(.activation(try self.activation(activation, node)))
    case .add:
      let (left, right) = (value(node.inputs[0]), value(node.inputs[1]))
      steps.append(
        .add(AddStep(node: node.name, left: left, right: right, output: newValue(node), shape: shape(node.name))))
    case .globalAveragePool:
      let input = value(node.inputs[0])
      steps.append(
        .pool(PoolStep(node: node.name, input: input, inputShape: shape(node.inputs[0]), output: newValue(node))))
    case .pool(let options):
      let (input, inputShape) = (value(node.inputs[0]), shape(node.inputs[0]))
      steps.append(
        .windowPool(
          WindowPoolStep(
            node: node.name, options: options, input: input, inputShape: inputShape, output: newValue(node),
            outputShape: shape(node.name))))
    case .linear(let options):
      steps.append(.linear(try linear(options, node)))
    }
  }

  private func onlyDenseConvolutions(read name: String) -> Bool {
    name != graph.output
      && graph.nodes.allSatisfy { node in
        guard node.inputs.contains(name) else { return true }
        guard case .convolution(let options) = node.operation else { return false }
        return Self.form(options, inChannels: shape(name).channels) == .dense
      }
  }

  private func value(_ name: String) -> Value {
    guard let value = values[name] else { preconditionFailure("a valid graph names only earlier nodes") }
    return value
  }

  private func shape(_ name: String) -> FeatureShape {
    guard let shape = shapes.shapes[name] else { preconditionFailure("a valid graph has the shape of every node") }
    return shape
  }

  private mutating func newValue(_ node: Node) -> Value {
    let value = Value(index: valueShapes.count)
    valueShapes.append(shape(node.name))
    values[node.name] = value
    return value
  }
}

extension Lowering {
  private mutating func convolution(_ options: Convolution, _ node: Node) throws(GraphError) -> ConvolutionStep {
    let (inputShape, outputShape) = (shape(node.inputs[0]), shape(node.name))
    let normalization = normalizations[node.name]
    let folded = try FoldedConvolution(
      options, node: node.name, inChannels: inputShape.channels, normalization: normalization, weights: weights)
    let form = Self.form(options, inChannels: inputShape.channels)
    let packed =
      switch form {
      case .pointwise: try packing.matrix(folded.weights, columns: inputShape.channels, node)
      case .depthwise: try packing.depthwise(folded.weights, kernel: options.kernel, node)
      case .dense: try packing.dense(folded.weights, options: options, inChannels: inputShape.channels, node)
      }
    let bias = try packing.vector(folded.bias, node)
    let input = value(node.inputs[0])
    return ConvolutionStep(
      node: node.name, folded: normalization?.node, form: form, options: options, input: input,
      inputShape: inputShape, output: newValue(node), outputShape: outputShape,
      weights: packed, bias: bias)
  }

  /// Groups that are neither one nor one for each channel run as a dense convolution with zeros between the groups.
  private static func form(_ options: Convolution, inChannels: Int) -> ConvolutionStep.Form {
    if options.groups > 1, options.groups == inChannels, options.outChannels == inChannels { return .depthwise }
    let plain =
      options.kernel == Extent2D(1) && options.stride == Extent2D(1) && options.padding == Padding(0)
      && options.groups == 1
    return plain ? .pointwise : .dense
  }

  private mutating func normalization(
    _ options: BatchNormalization, _ node: Node
  ) throws(GraphError) -> NormalizationStep {
    let shape = shape(node.name)
    let affine = try AffineNormalization(options, node: node.name, channels: shape.channels, weights: weights)
    let scales = try packing.vector(affine.scales.map { Float($0) }, node)
    let shifts = try packing.vector(affine.shifts.map { Float($0) }, node)
    let input = value(node.inputs[0])
    return NormalizationStep(
      node: node.name, input: input, output: newValue(node), shape: shape, scales: scales, shifts: shifts)
  }

  private mutating func linear(_ options: Linear, _ node: Node) throws(GraphError) -> LinearStep {
    let inFeatures = shape(node.inputs[0]).channels
    let layer = try fullyConnected(
      weight: options.weight, bias: options.bias, inFeatures: inFeatures, outFeatures: options.outFeatures, node)
    let input = value(node.inputs[0])
    return LinearStep(
      node: node.name, input: input, inFeatures: inFeatures, output: newValue(node),
      outFeatures: options.outFeatures, weights: layer.weights, bias: layer.bias)
  }

  /// A packed layer. The file's rows come in groups of `rows`, which begin `stride` rows apart once packed; the gaps give 0.
  private mutating func fullyConnected(
    weight: String, bias: String?, inFeatures: Int, outFeatures: Int, rows: Int = 1, stride: Int = 1, _ node: Node
  ) throws(GraphError) -> (weights: TensorSlice, bias: TensorSlice) {
    let matrix = try weights.tensor(weight, shape: [outFeatures, inFeatures], node: node.name).values.array
    let vector = try weights.vector(bias, count: outFeatures, node: node.name)
    let packedMatrix = try packing.matrix(
      Self.spaced(matrix, group: rows * inFeatures, stride: stride * inFeatures), columns: inFeatures, node)
    let packedVector = try packing.vector(Self.spaced(vector, group: rows, stride: stride), node)
    return (packedMatrix, packedVector)
  }

  /// Groups of `group` values moved to `stride` values apart.
  private static func spaced(_ values: [Float], group: Int, stride: Int) -> [Float] {
    guard stride > group else { return values }
    let gap = Array(repeating: Float(0), count: stride - group)
    return Swift.stride(from: 0, to: values.count, by: group).flatMap { values[$0..<$0 + group] + gap }
  }
}

extension Lowering {
  private mutating func activation(_ activation: Activation, _ node: Node) throws(GraphError) -> ActivationStep {
    let site = shapes.sites[self.site]
    self.site += 1
    let source: ActivationStep.Source =
      switch activation.coefficients {
      case .constant(let slopes, let intercepts):
        .constant(try constant(slopes: slopes, intercepts: intercepts, site, node))
      case .hyper(let hyper): .hyper(try layers(hyper, site, node))
      }
    var attention: AttentionLayer?
    if let options = activation.attention {
      let weight = try weights.tensor(options.weight, shape: [1, site.shape.channels, 1, 1], node: node.name)
      attention = AttentionLayer(
        weight: try packing.vector(weight.values.array, node),
        bias: try weights.vector(options.bias, count: 1, node: node.name)[0], temperature: options.temperature,
        gamma: options.scale * Float(site.shape.positions))
    }
    let input = value(node.inputs[0])
    return ActivationStep(site: site, input: input, output: newValue(node), source: source, attention: attention)
  }

  private mutating func constant(
    slopes: [Float], intercepts: [Float], _ site: ActivationSite, _ node: Node
  ) throws(GraphError) -> SiteCoefficients {
    let (channels, stride) = (site.shape.channels, site.shape.channelStride)
    func spread(_ values: [Float]) -> [Float] {
      values.flatMap { Array(repeating: $0, count: channels) + Array(repeating: 0, count: stride - channels) }
    }
    let slopeLanes = try packing.vector(spread(slopes), node)
    let interceptLanes = try packing.vector(spread(intercepts), node)
    let observed =
      site.coefficientChannels == 1
      ? ActivationCoefficients(
        functions: slopes.count, channels: 1, stride: 1, slopes: TensorSlice(slopes),
        intercepts: TensorSlice(intercepts))
      : ActivationCoefficients(
        functions: slopes.count, channels: channels, stride: stride, slopes: slopeLanes, intercepts: interceptLanes)
    return SiteCoefficients(slopes: slopeLanes, intercepts: interceptLanes, observed: observed)
  }

  private mutating func layers(
    _ hyper: HyperFunction, _ site: ActivationSite, _ node: Node
  ) throws(GraphError) -> HyperLayers {
    let functions = site.activation.functions
    let rows = site.activation.sharing == .perChannel ? site.shape.channels : 1
    let stride = site.activation.sharing == .perChannel ? site.shape.channelStride : 1
    let outputs = hyper.outputs(functions: functions, channels: 1) * stride
    let first = try fullyConnected(
      weight: hyper.weight1, bias: hyper.bias1, inFeatures: site.shape.channels, outFeatures: hyper.hidden, node)
    let second = try fullyConnected(
      weight: hyper.weight2, bias: hyper.bias2, inFeatures: hyper.hidden,
      outFeatures: hyper.outputs(functions: functions, channels: rows), rows: rows, stride: stride, node)
    return HyperLayers(
      options: hyper, weights1: first.weights, bias1: first.bias, weights2: second.weights, bias2: second.bias,
      outputs: outputs, functionStride: stride)
  }
}
