/// Cells as lines of text, each column as wide as its widest cell.
package enum Columns {
  /// A line for each row, two spaces between columns and none at the end. All rows have as many cells as the first.
  package static func lines(_ rows: [[String]], rightAligned: (Int) -> Bool) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { padded(row[$0], to: widths[$0], rightAligned: rightAligned($0)) }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A cell with spaces behind it, or before it.
  package static func padded(_ cell: String, to width: Int, rightAligned: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - cell.count))
    return rightAligned ? space + cell : cell + space
  }
}
