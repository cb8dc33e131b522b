import Networks
import PlainText
import Tensors

/// What a network costs, part by part and in total, as text.
public struct NetworkSummary {
  /// What stands above the table.
  public let title: String
  /// The parts' costs.
  public let blocks: [BlockCost]
  private let input: FeatureShape

  /// Counts `graph`.
  ///
  /// - Throws: ``GraphError`` if the graph is invalid.
  public init(_ graph: Graph, title: String) throws(GraphError) {
    let shapes = try GraphShapes(graph)
    self.title = title
    blocks = shapes.blockCosts(of: graph)
    input = shapes.input
  }

  /// The text's lines.
  public var lines: [String] {
    var table = TextTable(columns: [
      ("block", false), ("output", true), ("parameters", true), ("MAdds", true), ("maps, bytes", true),
    ])
    for block in blocks {
      table.rows.append([
        block.name, block.shape.text, Digits.grouped(block.parameters), Digits.grouped(block.multiplyAdds),
        Digits.grouped(block.mapBytes),
      ])
    }
    table.rows.append([
      "total", blocks.last?.shape.text ?? "", Digits.grouped(total(\.parameters)),
      Digits.grouped(total(\.multiplyAdds)), Digits.grouped(total(\.mapBytes)),
    ])
    return ["\(title), input \(input.text)", ""] + table.lines
  }

  /// The sum of a cost over all parts.
  public func total(_ cost: KeyPath<BlockCost, Int>) -> Int { blocks.reduce(0) { $0 + $1[keyPath: cost] } }
}
