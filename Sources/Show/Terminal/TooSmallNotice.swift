/// What is said instead of a screen that has no room.
public enum TooSmallNotice {
  /// The least screen.
  public static let least = CellSize(columns: 40, rows: 12)

  /// Whether a screen has no room for the least layout.
  public static func applies(to size: CellSize) -> Bool {
    size.columns < least.columns || size.rows < least.rows
  }

  /// Draws as much of the notice as there is room for.
  public static func draw(into buffer: inout CellBuffer) {
    let size = buffer.size
    let lines = ["dyviz needs \(least.columns)x\(least.rows)", "here: \(size.columns)x\(size.rows)", "q quits"]
    let first = max(0, (size.rows - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      buffer.write(line, x: max(0, (size.columns - line.count) / 2), y: first + row)
    }
  }
}
