extension GraphShapes {
  /// What one node costs.
  public struct Cost: Sendable, Equatable {
    /// The node's name.
    public let node: String
    /// Trained parameters (running statistics are none).
    public let parameters: Int
    /// Multiply-adds for one image.
    public let multiplyAdds: Int
  }

  /// The cost of each node of `graph`, the graph that this value was made from.
  public func costs(of graph: Graph) -> [Cost] {
    graph.nodes.map { node in
      guard let input = node.inputs.first.flatMap({ shapes[$0] }), let output = shapes[node.name] else {
        return Cost(node: node.name, parameters: 0, multiplyAdds: 0)
      }
      let parameters = node.operation.weightShapes(input: input).filter(\.isParameter).reduce(0) { $0 + $1.count }
      return Cost(
        node: node.name, parameters: parameters,
        multiplyAdds: node.operation.multiplyAdds(input: input, output: output))
    }
  }
}
