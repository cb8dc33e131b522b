import Figures
import PlainText

/// Text of a comma-separated file: a header, rows that end in a line feed, a point in numbers whatever the locale.
package struct CSV {
  /// What was written so far, UTF-8.
  package private(set) var bytes: [UInt8] = []

  /// Starts with a header.
  package init(columns: [String]) { append(row: columns.map(Table.Cell.text)) }

  /// Starts without one.
  package init() {}

  /// A whole table.
  package init(_ table: Table) {
    self.init(columns: table.columns)
    for row in table.rows { append(row: row) }
  }

  /// Appends a row.
  package mutating func append(row: [Table.Cell]) { append(line: row.map(Self.text).joined(separator: ",")) }

  /// Appends cells that are joined already.
  private mutating func append(line: String) {
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends a row of cells that are joined already, each part with the comma behind it, and a count.
  mutating func append(_ first: [UInt8], _ second: [UInt8], _ third: [UInt8], _ count: UInt64) {
    bytes.append(contentsOf: first)
    bytes.append(contentsOf: second)
    bytes.append(contentsOf: third)
    append(line: String(count))
  }

  /// A cell's text, quoted where a reader would split or strip it; a number is the shortest decimal that reads back as
  /// the same one.
  package static func text(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): quoted(text)
    case .integer(let integer): String(integer)
    case .count(let count): String(count)
    case .number(let number): number.description
    case .absent: ""
    }
  }

  private static func quoted(_ whole: String) -> String {
    // Line ends and tabs stand in quotes as they are; what else could steer a terminal is escaped.
    let text = whole.escaped(but: ["\n", "\r", "\t"])
    let scalars = text.unicodeScalars
    let isPlain =
      scalars.allSatisfy { !",\"\n\r".unicodeScalars.contains($0) } && scalars.first != " " && scalars.last != " "
    guard !isPlain else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
