import PlainText

/// A table as text that is also Markdown: columns padded to one width, numbers to the right.
package struct TextTable {
  /// Titles; those of number columns stand to the right.
  package let columns: [(title: String, isNumber: Bool)]
  /// Rows of as many cells as there are columns.
  package var rows: [[String]] = []

  /// Creates a table without rows.
  package init(columns: [(title: String, isNumber: Bool)]) { self.columns = columns }

  /// The lines: titles, a rule, rows.
  package var lines: [String] {
    let widths = columns.indices.map { index in
      max(3, ([columns[index].title] + rows.map { $0[index] }).map(\.count).max() ?? 0)
    }
    let rule = zip(widths, columns).map { width, column in
      String(repeating: "-", count: column.isNumber ? width - 1 : width) + (column.isNumber ? ":" : "")
    }
    return [line(columns.map(\.title), widths), line(rule, widths)] + rows.map { line($0, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = cells.indices.map { index in
      Columns.padded(cells[index], to: widths[index], rightAligned: columns[index].isNumber)
    }
    return "| " + padded.joined(separator: " | ") + " |"
  }
}
