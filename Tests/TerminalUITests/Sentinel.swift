import TerminalUI
import Testing

/// A buffer full of a cell that no widget draws, to see what a widget leaves alone.
struct Sentinel: CustomTestStringConvertible {
  static let cell = Cell("§", CellStyle(foreground: .palette(201)))
  var buffer: CellBuffer
  var testDescription: String { "\n" + (0..<buffer.size.rows).map { row($0) + "\n" }.joined() }

  init(columns: Int, rows: Int) {
    buffer = CellBuffer(size: CellSize(columns: columns, rows: rows), filledWith: Self.cell)
  }

  /// Whether all cells outside a rectangle are as they were.
  func isIntact(outside rect: CellRect) -> Bool {
    for y in 0..<buffer.size.rows {
      for x in 0..<buffer.size.columns where !(rect.columns.contains(x) && rect.rows.contains(y)) {
        if buffer[x, y] != Self.cell { return false }
      }
    }
    return true
  }

  /// The text of a row, the sentinel as a space.
  func row(_ y: Int) -> String {
    String((0..<buffer.size.columns).map { buffer[$0, y] == Self.cell ? " " : Character(buffer[$0, y].glyph) })
  }
}

extension Capabilities {
  static let full = Capabilities(unicode: true, colors: .palette256)
  static let mono = Capabilities(unicode: true, colors: .none)
  static let ascii = Capabilities(unicode: false, colors: .none)
}
