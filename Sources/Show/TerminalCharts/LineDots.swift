import Figures

/// A straight line through a picture in braille: two by four dots in each cell.
package struct LineDots {
  let columns: Int
  let rows: Int
  /// The eight dots of each cell, 0 where the line does not pass.
  package private(set) var masks: [UInt8]
  /// Whether each crossed cell's line falls from left to right, for drawing with characters.
  private(set) var falls: [Bool]

  /// No lines yet.
  package init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    masks = Array(repeating: 0, count: self.columns * self.rows)
    falls = Array(repeating: false, count: self.columns * self.rows)
  }

  /// Adds the line y = slope · x: one dot in every dot column and every dot row that it crosses.
  package mutating func add(slope: Double, x: PlotRange, y: PlotRange) {
    let across = columns * 2
    let down = rows * 4
    for column in 0..<across {
      let value = slope * (x.lower + (Double(column) + 0.5) / Double(across) * x.length)
      if let row = y.index(of: value, count: down) { set(column, down - 1 - row, falling: slope < 0) }
    }
    guard slope != 0 else { return }
    for row in 0..<down {
      let value = (y.upper - (Double(row) + 0.5) / Double(down) * y.length) / slope
      if let column = x.index(of: value, count: across) { set(column, row, falling: slope < 0) }
    }
  }

  private mutating func set(_ column: Int, _ row: Int, falling: Bool) {
    let cell = row / 4 * columns + column / 2
    masks[cell] |= Self.dots[row % 4][column % 2]
    falls[cell] = falling
  }

  private static let dots: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
