import Terminal

/// A buffer full of a cell that no widget draws, to see what a widget leaves alone.
package struct Sentinel: Sendable {
  package static let cell = Cell("§", CellStyle(foreground: .palette(201)))
  package var buffer: CellBuffer

  package init(columns: Int, rows: Int) {
    buffer = CellBuffer(size: CellSize(columns: columns, rows: rows), filledWith: Self.cell)
  }

  /// Whether all cells outside a rectangle are as they were.
  package func isIntact(outside rect: CellRect) -> Bool {
    for y in 0..<buffer.size.rows {
      for x in 0..<buffer.size.columns where !(rect.columns.contains(x) && rect.rows.contains(y)) {
        if buffer[x, y] != Self.cell { return false }
      }
    }
    return true
  }

  /// The text of a row, the sentinel as a space.
  package func row(_ y: Int) -> String {
    String((0..<buffer.size.columns).map { buffer[$0, y] == Self.cell ? " " : Character(buffer[$0, y].glyph) })
  }
}

extension Capabilities {
  package static let full = Capabilities(unicode: true, colors: .palette256)
  package static let light = Capabilities(unicode: true, colors: .palette256, isLight: true)
  package static let mono = Capabilities(unicode: true, colors: .none)
  package static let ascii = Capabilities(unicode: false, colors: .none)
  package static let basic = Capabilities(unicode: true, colors: .basic)
}
