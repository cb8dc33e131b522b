import Networks

/// A row of the paper's tables: a network, and what the paper says that it costs.
package struct PaperRow {
  /// The network, as the paper calls it.
  package let network: String
  /// The activation, as the paper calls it.
  package let activation: String
  /// The network as counted here.
  package let graph: Graph
  /// The paper's parameters; nil where there is no figure.
  package let parameters: PaperFigure?
  /// The paper's multiply-adds; nil where there is no figure.
  package let multiplyAdds: PaperFigure?
  /// Parts that the paper does not count.
  package var leftOut: Set<String> = []
  /// What is to be said about the row, as letters of the notes.
  package var notes: [PaperNote] = []

  /// Parameters and multiply-adds as counted here.
  package func counts() throws(GraphError) -> (parameters: Int, multiplyAdds: Int) {
    let blocks = try GraphShapes(graph).blockCosts(of: graph).filter { !leftOut.contains($0.name) }
    return (blocks.reduce(0) { $0 + $1.parameters }, blocks.reduce(0) { $0 + $1.multiplyAdds })
  }
}

/// One of the paper's tables.
package struct PaperTable {
  /// The heading.
  package let title: String
  /// The rows, in the paper's order.
  package let rows: [PaperRow]
}
