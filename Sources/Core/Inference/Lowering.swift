import Networks
import Tensors

/// Turns a graph's nodes into steps, one after the other, and packs their weights. ``Fusions`` says which nodes go
/// together.
struct Lowering {
  let graph: Graph
  let shapes: GraphShapes
  let weights: Weights
  let fusions: Fusions
  private(set) var steps: [any Step] = []
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
    for node in graph.nodes where !fusions.absorbed.contains(node.name) {
      try node.operation.runnable.lower(node, in: &self)
    }
  }

  /// The value that holds the graph's result.
  var output: Value { value(graph.output) }

  mutating func append(_ step: any Step) { steps.append(step) }

  mutating func setValue(_ value: Value, of node: String) { values[node] = value }

  mutating func elementwise(_ operation: ElementwiseStep.Operation, _ node: Node) -> ElementwiseStep {
    let input = value(node.inputs[0])
    return ElementwiseStep(
      node: node.name, operation: operation, input: input, output: newValue(node.name), outputShape: shape(node.name),
      kept: keepSums(of: node.name))
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
    let value = newValue(count: shape(name).storedCount)
    values[name] = value
    return value
  }

  /// A place for floats between the steps of one node.
  mutating func newValue(count: Int) -> Value {
    let value = Value(index: valueCounts.count)
    valueCounts.append(FeatureShape.padded(count))
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
