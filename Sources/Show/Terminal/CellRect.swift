/// A screen's size in cells.
public struct CellSize: Sendable, Hashable {
  /// Columns, at least 0.
  public var columns: Int
  /// Rows, at least 0.
  public var rows: Int

  /// Creates a size; negative numbers count as 0.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// A rectangle of cells; never of negative size.
public struct CellRect: Sendable, Hashable {
  /// The leftmost column.
  public var x: Int
  /// The topmost row.
  public var y: Int
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int

  /// Creates a rectangle; negative sizes count as 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// Its columns.
  public var columns: Range<Int> { x..<(x + width) }
  /// Its rows.
  public var rows: Range<Int> { y..<(y + height) }
  /// Whether it holds no cell.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// What is left within a margin on each side.
  public func inset(horizontal: Int = 1, vertical: Int = 1) -> CellRect {
    CellRect(x: x + horizontal, y: y + vertical, width: width - 2 * horizontal, height: height - 2 * vertical)
  }

  /// The common part.
  public func intersection(_ other: CellRect) -> CellRect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return CellRect(
      x: left, y: top, width: min(x + width, other.x + other.width) - left,
      height: min(y + height, other.y + other.height) - top)
  }

  /// Cuts `height` rows off the top and returns them.
  public mutating func takeTop(_ height: Int) -> CellRect {
    let taken = max(0, min(height, self.height))
    let piece = CellRect(x: x, y: y, width: width, height: taken)
    y += taken
    self.height -= taken
    return piece
  }

  /// Cuts `height` rows off the bottom and returns them.
  public mutating func takeBottom(_ height: Int) -> CellRect {
    let taken = max(0, min(height, self.height))
    self.height -= taken
    return CellRect(x: x, y: y + self.height, width: width, height: taken)
  }

  /// Cuts `width` columns off the right and returns them.
  public mutating func takeRight(_ width: Int) -> CellRect {
    let taken = max(0, min(width, self.width))
    self.width -= taken
    return CellRect(x: x + self.width, y: y, width: taken, height: height)
  }
}
