import Networks
import Tensors

/// Turns a graph's nodes into steps, one after the other, and packs their weights. ``Fusions`` says which nodes go together.
struct Lowering {
  let graph: Graph
  let shapes: GraphShapes
  let weights: Weights
  let fusions: Fusions
  private(set) var steps: [Step] = []
  /// Floats of each value; index 0 is the image.
  private(set) var valueCounts: [Int]
  var packing = Packing()
  private var values: [String: Value] = [:]
  private var sums: [String: KeptSums] = [:]
  private let sites: [String: ActivationSite]
  /// Nodes by name.
  let nodes: [String: Node]

  init(_ graph: Graph, shapes: GraphShapes, weights: Weights) throws(GraphError) {
    self.graph = graph
    self.shapes = shapes
    self.weights = weights
    fusions = Fusions(graph, shapes: shapes)
    valueCounts = [shapes.input.count]
    sites = Dictionary(uniqueKeysWithValues: shapes.sites.map { ($0.node, $0) })
    nodes = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.name, $0) })
    for node in graph.nodes where !fusions.absorbed.contains(node.name) { try lower(node) }
  }

  /// The value that holds the graph's result.
  var output: Value { value(graph.output) }

  private mutating func lower(_ node: Node) throws(GraphError) {
    switch node.operation {
    case .input: lowerInput(node)
    case .convolution(let options):
      steps.append(.convolution(try convolution(options, node)))
    case .batchNormalization(let options):
      let operation = try normalization(options, node)
      steps.append(elementwise(operation, node))
    case .activation(let activation):
      if case .maximum = activation.coefficients {
        steps.append(.combine(combination(.maximum, node, site: site(node.name))))
        return
      }
      let plan = try plan(activation, site: site(node.name), node)
      steps.append(elementwise(.activation(plan), node))
    case .add where shape(node.inputs[1]) != shape(node.name): steps.append(.combine(combination(.add, node)))
    case .add:
      steps.append(elementwise(.sum(value(node.inputs[1])), node))
    case .globalAveragePool:
      let input = value(node.inputs[0])
      steps.append(
        .pool(
          PoolStep(
            node: node.name, input: input, inputShape: shape(node.inputs[0]), sums: sums[node.inputs[0]],
            output: newValue(node.name))))
    case .pool(let options):
      let input = value(node.inputs[0])
      steps.append(
        .windowPool(
          WindowPoolStep(
            node: node.name, options: options, input: input, inputShape: shape(node.inputs[0]),
            output: newValue(node.name), outputShape: shape(node.name))))
    case .multiply: steps.append(.combine(combination(.multiply, node)))
    case .concatenate: steps.append(.channels(concatenation(node)))
    case .selectChannels(let channels): steps.append(.channels(selection(channels, node)))
    case .upsample(let options): steps.append(.upsample(upsampling(options, node)))
    case .linear(let options):
      steps.append(.linear(try linear(options, node)))
    }
  }

  private mutating func lowerInput(_ node: Node) {
    values[node.name] = .image
    if !fusions.readByDenseConvolutionsAlone(node.name) {
      let output = newValue(node.name)
      steps.append(.padding(PaddingStep(node: node.name, output: output, shape: shape(node.name))))
    } else if let kept = keepSums(of: node.name, stride: shape(node.name).channels) {
      steps.append(.rowSums(RowSumsStep(node: node.name, shape: shape(node.name), sums: kept)))
    }
  }

  private mutating func elementwise(_ operation: ElementwiseStep.Operation, _ node: Node) -> Step {
    let input = value(node.inputs[0])
    return .elementwise(
      ElementwiseStep(
        node: node.name, operation: operation, input: input, output: newValue(node.name), shape: shape(node.name),
        sums: keepSums(of: node.name)))
  }

  func value(_ name: String) -> Value {
    guard let value = values[name] else { preconditionFailure("a valid graph names only earlier nodes") }
    return value
  }

  func shape(_ name: String) -> FeatureShape {
    guard let shape = shapes.shapes[name] else { preconditionFailure("a valid graph has the shape of every node") }
    return shape
  }

  func site(_ name: String) -> ActivationSite {
    guard let site = sites[name] else { preconditionFailure("a site for each activation") }
    return site
  }

  /// The sums that are kept of a node's value.
  func keptSums(of name: String) -> KeptSums? { sums[name] }

  /// A place for a node's map.
  mutating func newValue(_ name: String) -> Value {
    let value = Value(index: valueCounts.count)
    valueCounts.append(shape(name).storedCount)
    values[name] = value
    return value
  }

  /// A place for a node's sums if something needs them.
  mutating func keepSums(of name: String, stride: Int? = nil) -> KeptSums? {
    guard let period = fusions.periods[name] else { return nil }
    let kept = KeptSums(value: Value(index: valueCounts.count), period: period)
    valueCounts.append(FeatureShape.padded(shape(name).height * period * (stride ?? shape(name).channelStride)))
    sums[name] = kept
    return kept
  }
}
