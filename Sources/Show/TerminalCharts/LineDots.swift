import Figures

/// Lines through a picture in braille: two by four dots in each cell.
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

  /// Adds the graph of a function: a dot in every dot column, and what joins it to its neighbours where the function is
  /// steep. A function that jumps is joined, too.
  package mutating func add(_ function: PiecewiseLinear, x: PlotRange, y: PlotRange) {
    let across = columns * 2
    let down = rows * 4
    guard across > 0, down > 0 else { return }
    /// Dot rows from the top; a row beyond the picture stands for all that are.
    func row(_ column: Int) -> Int? {
      let value = function(x.lower + (Double(column) + 0.5) / Double(across) * x.length)
      guard value.isFinite else { return nil }
      let height = (y.upper - value) / y.length * Double(down)
      return Int(min(max(height.rounded(.down), -1), Double(down)))
    }
    var previous: Int?
    for column in 0..<across {
      defer { previous = row(column) }
      guard let current = row(column) else { continue }
      let middle = previous.map { ($0 + current) / 2 } ?? current
      // Half of a steep step is the column's own, half its neighbour's.
      for dot in min(current, middle)...max(current, middle) {
        draw(column, dot, falling: (previous ?? current) < current)
      }
      guard let before = previous, abs(before - current) > 1 else { continue }
      for dot in min(before, middle)...max(before, middle) { draw(column - 1, dot, falling: before < current) }
    }
  }

  private mutating func draw(_ column: Int, _ row: Int, falling: Bool) {
    if (0..<rows * 4).contains(row) { set(column, row, falling: falling) }
  }

  /// A row of cells as braille letters.
  package func text(row: Int) -> String {
    String(String.UnicodeScalarView(masks[row * columns..<(row + 1) * columns].map(Self.braille)))
  }

  /// The letter with these dots.
  static func braille(_ dots: UInt8) -> Unicode.Scalar { Unicode.Scalar(0x2800 + UInt32(dots)) ?? " " }

  private mutating func set(_ column: Int, _ row: Int, falling: Bool) {
    let cell = row / 4 * columns + column / 2
    masks[cell] |= Self.dots[row % 4][column % 2]
    falls[cell] = falling
  }

  private static let dots: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
