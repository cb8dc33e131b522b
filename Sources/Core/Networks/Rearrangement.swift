import Tensors

/// A choice of a map's elements, moved, repeated or left out: a crop, reflected or replicated borders, a shuffle of
/// pixels into channels and back, rows and columns exchanged.
///
/// Each row, column and channel of the result names a place; an element of the result is the input's element at the sum
/// of the three. A row, column or channel without a place holds zeros.
public struct Rearrangement: Sendable, Equatable {
  /// A part of an input element's place.
  public struct Place: Sendable, Equatable {
    /// Rows to add.
    public var row: Int
    /// Columns to add.
    public var column: Int
    /// Channels to add.
    public var channel: Int

    package init(row: Int = 0, column: Int = 0, channel: Int = 0) {
      self.row = row
      self.column = column
      self.channel = channel
    }
  }

  /// Each output row's part; nil where all rows stay as they are.
  public var rows: [Place?]?
  /// Each output column's part; nil where all columns stay as they are.
  public var columns: [Place?]?
  /// Each output channel's part; nil where all channels stay as they are.
  public var channels: [Place?]?

  package init(rows: [Place?]? = nil, columns: [Place?]? = nil, channels: [Place?]? = nil) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }
}

extension Rearrangement {
  /// The parts of all rows, columns and channels of the result.
  package func places(of input: FeatureShape) -> (rows: [Place?], columns: [Place?], channels: [Place?]) {
    (
      rows ?? (0..<input.height).map { Place(row: $0) }, columns ?? (0..<input.width).map { Place(column: $0) },
      channels ?? (0..<input.channels).map { Place(channel: $0) }
    )
  }
}

extension Rearrangement: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let (input, axes) = (inputs[0], places(of: inputs[0]))
    let all = [axes.rows, axes.columns, axes.channels]
    let extents: [(KeyPath<Place, Int>, Int)] = [
      (\.row, input.height), (\.column, input.width), (\.channel, input.channels),
    ]
    for (part, extent) in extents {
      let allowed = all.allSatisfy { $0.allSatisfy { $0.map { (0..<extent).contains($0[keyPath: part]) } ?? true } }
      let largest = all.map { $0.compactMap { $0?[keyPath: part] }.max() ?? 0 }
      guard allowed, largest.reduce(0, +) < extent else {
        throw GraphError(node: node, problem: "takes elements that its \(input.text) input does not have")
      }
    }
    return try .checked(
      height: axes.rows.count, width: axes.columns.count, channels: axes.channels.count, node: node)
  }
}
