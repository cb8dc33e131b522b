import Tensors

/// What is wrong with a graph: the node, what was expected and what came.
public struct GraphError: Error, Equatable, CustomStringConvertible {
  /// The node at fault.
  public let node: String
  /// What was expected and what came.
  public let problem: String

  package init(node: String, problem: String) {
    self.node = node
    self.problem = problem
  }

  /// `node NAME: PROBLEM`.
  public var description: String { "node \(node): \(problem)" }
}

/// The feature shape of every node, found by walking a graph in order; making one validates the graph.
public struct GraphShapes: Sendable {
  /// The output shape of each node, by name.
  public let shapes: [String: FeatureShape]
  /// The activations in the order in which they run.
  public let sites: [ActivationSite]
  /// The input's shape.
  public let input: FeatureShape
  /// The result's shape.
  public let output: FeatureShape

  /// Largest extent accepted on any axis.
  public static let maximumExtent = 1 << 16
  /// Most elements accepted in one map, padding included.
  public static let maximumElements = 1 << 28

  /// Validates `graph` and infers its shapes.
  ///
  /// - Throws: ``GraphError`` naming the first node with a duplicate name, an unknown or later input, an impossible
  ///   shape or options that contradict each other.
  public init(_ graph: Graph) throws(GraphError) {
    var shapes: [String: FeatureShape] = [:]
    var activations: [(node: Node, options: Activation)] = []
    var inputShape: FeatureShape?
    for node in graph.nodes {
      guard shapes[node.name] == nil else {
        throw GraphError(node: node.name, problem: "the name is used twice")
      }
      let payload = node.operation.payload
      let inputs = try Self.inputShapes(of: node, arity: payload.arity, in: shapes)
      let shape = try payload.outputShape(inputs, node: node.name)
      if case .input = node.operation {
        guard inputShape == nil else { throw GraphError(node: node.name, problem: "a second input node") }
        inputShape = shape
      }
      if case .activation(let activation) = node.operation {
        activations.append((node, activation))
      }
      shapes[node.name] = shape
    }
    guard let inputShape else { throw GraphError(node: graph.output, problem: "the graph has no input node") }
    guard let output = shapes[graph.output] else {
      throw GraphError(node: graph.output, problem: "named as the output, but no such node")
    }
    self.shapes = shapes
    let roles = ConvolutionRoles(graph, shapes: shapes)
    sites = activations.enumerated().map { id, activation in
      ActivationSite(
        id: id, node: activation.node.name, shape: shapes[activation.node.name] ?? inputShape,
        activation: activation.options, role: roles.role(before: activation.node))
    }
    self.input = inputShape
    self.output = output
  }

  private static func inputShapes(
    of node: Node, arity: ClosedRange<Int>, in shapes: [String: FeatureShape]
  ) throws(GraphError) -> [FeatureShape] {
    var found: [FeatureShape] = []
    for name in node.inputs {
      guard let shape = shapes[name] else {
        throw GraphError(node: node.name, problem: "takes \(name), which no earlier node is named")
      }
      found.append(shape)
    }
    guard arity.contains(found.count) else {
      let wanted = arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
      throw GraphError(node: node.name, problem: "takes \(wanted) inputs, but \(found.count) are given")
    }
    return found
  }
}

extension FeatureShape {
  /// `height×width×channels` for messages and tables.
  public var text: String { "\(height)×\(width)×\(channels)" }
}
