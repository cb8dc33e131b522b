/// A convolutional network as a list of named nodes in the order in which they run.
///
/// A node's inputs come before it. Builders, files and importers all produce this one form; `Inference` plans and runs
/// it.
public struct Graph: Sendable, Equatable {
  /// The nodes, inputs before their users. The first is the only `.input`.
  public var nodes: [Node]
  /// The name of the node whose value is the result (the logits of a classifier).
  public var output: String

  /// Creates a graph; ``GraphShapes`` validates it.
  package init(nodes: [Node], output: String) {
    self.nodes = nodes
    self.output = output
  }
}

/// One operation of a ``Graph``.
public struct Node: Sendable, Equatable {
  /// Unique in its graph; mirrors the module's name in the checkpoint (`blocks.4.depthwise.act`).
  public var name: String
  /// What it computes.
  public var operation: Operation
  /// Names of the nodes whose values it takes.
  public var inputs: [String]

  package init(name: String, operation: Operation, inputs: [String]) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
  }
}
