import Tensors

/// A pooling over parts of a map that are named one by one, as adaptive poolings make them where the map does not fall
/// into equal ones.
public struct PartPooling: Sendable, Equatable {
  /// What becomes of the values in a part.
  public enum Kind: Sendable, Equatable {
    case maximum, average
  }

  /// What becomes of the values in a part.
  public var kind: Kind
  /// The input rows under each output row.
  public var rows: [Range<Int>]
  /// The input columns under each output column.
  public var columns: [Range<Int>]

  package init(_ kind: Kind, rows: [Range<Int>], columns: [Range<Int>]) {
    self.kind = kind
    self.rows = rows
    self.columns = columns
  }
}

extension PartPooling: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    func lie(_ parts: [Range<Int>], within extent: Int) -> Bool {
      parts.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= extent }
    }
    guard lie(rows, within: inputs[0].height), lie(columns, within: inputs[0].width) else {
      throw GraphError(node: node, problem: "a part is empty or not within its \(inputs[0].text) input")
    }
    return try .checked(height: rows.count, width: columns.count, channels: inputs[0].channels, node: node)
  }
}
