/// A screenful of cells, written by widgets and shown by a terminal.
///
/// Everything written outside is dropped, so that no widget needs to know the screen's size to be safe.
public struct CellBuffer: Sendable, Equatable {
  /// Columns and rows.
  public let size: CellSize
  /// Row by row, `size.columns * size.rows` cells.
  public private(set) var cells: [Cell]

  /// Creates a buffer filled with one cell.
  public init(size: CellSize, filledWith cell: Cell = .blank) {
    self.size = size
    self.cells = Array(repeating: cell, count: size.columns * size.rows)
  }

  /// The whole buffer as a rectangle.
  public var bounds: CellRect { CellRect(x: 0, y: 0, width: size.columns, height: size.rows) }

  /// The cell at a column and row; blank outside, and writes outside are dropped.
  public subscript(x: Int, y: Int) -> Cell {
    get { contains(x, y) ? cells[y * size.columns + x] : .blank }
    set { if contains(x, y) { cells[y * size.columns + x] = newValue } }
  }

  /// Writes text from a column on, at most up to `limit` (exclusive) or the right edge; returns the column after it.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, style: CellStyle = .standard, limit: Int? = nil
  ) -> Int {
    let end = min(limit ?? size.columns, size.columns)
    var column = x
    for character in text {
      guard column < end else { break }
      self[column, y] = Cell(CellText.glyph(of: character), style)
      column += 1
    }
    return column
  }

  /// Fills a rectangle with one cell.
  public mutating func fill(_ rect: CellRect, with cell: Cell) {
    let clipped = rect.intersection(bounds)
    for y in clipped.rows {
      for x in clipped.columns { cells[y * size.columns + x] = cell }
    }
  }

  /// Replaces every glyph beyond ASCII by the nearest ASCII one, for terminals without UTF-8.
  public mutating func reduceToASCII() {
    for index in cells.indices where !cells[index].glyph.isASCII {
      cells[index].glyph = CellText.asciiGlyph(for: cells[index].glyph)
    }
  }

  private func contains(_ x: Int, _ y: Int) -> Bool {
    x >= 0 && y >= 0 && x < size.columns && y < size.rows
  }
}
