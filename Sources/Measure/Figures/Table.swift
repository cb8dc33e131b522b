/// Rows of named, typed columns: what CSV, JSON and text make files and lists of.
public struct Table: Sendable {
  /// One cell. What is not known is absent, never 0.
  public enum Cell: Sendable, Equatable {
    case integer(Int)
    case count(UInt64)
    case number(Double)
    case text(String)
    case absent

    /// The number, or absent for nil.
    public static func optional(_ number: Double?) -> Cell { number.map(Cell.number) ?? .absent }
    /// The integer, or absent for nil.
    public static func optional(_ integer: Int?) -> Cell { integer.map(Cell.integer) ?? .absent }
    /// The text, or absent for nil.
    public static func optional(_ text: String?) -> Cell { text.map(Cell.text) ?? .absent }
  }

  /// The file's name without its ending.
  public let name: String
  /// The columns' names.
  public let columns: [String]
  /// The rows, a cell for each column.
  public private(set) var rows: [[Cell]] = []

  /// A table without rows.
  package init(name: String, columns: [String]) {
    self.name = name
    self.columns = columns
  }

  /// Adds a row.
  public mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "a cell for each column")
    rows.append(row)
  }
}
