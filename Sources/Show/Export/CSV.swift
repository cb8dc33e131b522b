/// Text of a comma-separated file: a header, rows that end in a line feed, a point in numbers whatever the locale.
package struct CSV {
  /// What was written so far, UTF-8.
  package private(set) var bytes: [UInt8] = []

  /// One cell.
  package enum Field {
    case text(String)
    case integer(Int)
    case count(UInt64)
    /// The shortest decimal that reads back as the same number; empty for nil.
    case number(Double?)
    case empty

    /// The cell's text, quoted where a reader would split or strip it.
    package var text: String {
      switch self {
      case .text(let text): Self.quoted(text)
      case .integer(let integer): String(integer)
      case .count(let count): String(count)
      case .number(let number): number.map { $0.description } ?? ""
      case .empty: ""
      }
    }

    private static func quoted(_ text: String) -> String {
      let scalars = text.unicodeScalars
      let isPlain =
        scalars.allSatisfy { !",\"\n\r".unicodeScalars.contains($0) } && scalars.first != " " && scalars.last != " "
      guard !isPlain else { return text }
      return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
  }

  /// Starts with a header.
  package init(columns: [String]) { append(row: columns.map(Field.text)) }

  /// Starts without one.
  package init() {}

  /// Appends a row.
  package mutating func append(row: [Field]) { append(line: row.map(\.text).joined(separator: ",")) }

  /// Appends cells that are joined already.
  mutating func append(line: String) {
    bytes.append(contentsOf: line.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }
}
