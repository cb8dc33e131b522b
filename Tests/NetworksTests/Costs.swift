import Networks

extension Graph {
  /// Parameters and multiply-adds of the whole network.
  func counted() throws -> (parameters: Int, multiplyAdds: Int) {
    let costs = try GraphShapes(self).costs(of: self)
    return (costs.reduce(0) { $0 + $1.parameters }, costs.reduce(0) { $0 + $1.multiplyAdds })
  }

  /// Names of all weights, in the graph's order.
  func weightNames() throws -> [String] {
    let shapes = try GraphShapes(self).shapes
    return nodes.flatMap { node in
      node.inputs.first.flatMap { shapes[$0] }.map(node.operation.weightShapes) ?? []
    }.map(\.name)
  }

  /// The places of all sites.
  func places() throws -> [SitePlace] { try GraphShapes(self).sites.map(\.place) }
}
