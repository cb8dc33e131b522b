/// The networks that one or several model files hold.
public struct Model: Sendable {
  /// The files' last path components, joined by ", ": for titles.
  public var fileName: String
  /// At least one; their names differ.
  public var variants: [Variant]
  /// What is odd but can be worked with (weights that are NaN or infinite), each a sentence that names file and tensor.
  public var warnings: [String]

  package init(fileName: String, variants: [Variant], warnings: [String] = []) {
    self.fileName = fileName
    self.variants = variants
    self.warnings = warnings
  }
}

/// One network: its graph, its weights, how images become its input, and its classes.
public struct Variant: Sendable {
  /// Unique in its ``Model``.
  public var name: String
  /// What is computed, valid.
  public let graph: Graph
  /// The graph's shapes and activation sites.
  public let shapes: GraphShapes
  /// How an image becomes the graph's input.
  public let preprocessing: Preprocessing
  /// The class names in the order of the outputs; empty when the file gives none.
  public let labels: [String]
  /// The values of every tensor that ``graph`` names.
  public let weights: Weights

  /// Creates a variant. From a file everything is checked before; other callers answer for the weights themselves.
  ///
  /// - Throws: ``GraphError`` when the graph is not valid.
  public init(
    name: String, graph: Graph, preprocessing: Preprocessing, labels: [String] = [], weights: Weights
  ) throws(GraphError) {
    self.name = name
    self.graph = graph
    self.shapes = try GraphShapes(graph)
    self.preprocessing = preprocessing
    self.labels = labels
    self.weights = weights
  }
}

extension Variant {
  /// Refuses a network whose input no image becomes.
  public func checkImages() throws(GraphError) {
    guard !preprocessing.takesImages else { return }
    let node = graph.nodes.first { if case .input = $0.operation { true } else { false } }
    throw GraphError(
      node: node?.name ?? "input",
      problem:
        "takes \(preprocessing.channels) channels, and images have 1 or 3; `dyviz taps` runs it on prepared tensors")
  }

  /// Every tensor that the graph's nodes need, in their order.
  public var tensorNeeds: [WeightShape] {
    graph.nodes.flatMap { node in
      node.inputs.first.flatMap { shapes.shapes[$0] }.map { node.operation.weightShapes(input: $0) } ?? []
    }
  }

  /// ``tensorNeeds`` with each tensor once.
  public var uniqueTensorNeeds: [WeightShape] {
    var seen: Set<String> = []
    return tensorNeeds.filter { seen.insert($0.name).inserted }
  }

  /// Numbers that training fits: weights and biases, without BatchNorm's running statistics. A shared tensor counts
  /// once.
  public var parameterCount: Int {
    uniqueTensorNeeds.filter(\.isParameter).reduce(0) { $0 + $1.count }
  }
}
