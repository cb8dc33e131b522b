import Statistics

/// A density as levels on a raster of pixels: what every picture of it, on a screen or on a page, colours.
package struct DensityPicture: Sendable, Equatable {
  /// Pixels beside each other.
  package let columns: Int
  /// Pixels above each other.
  package let rows: Int
  /// Levels 0...15, row by row from the top.
  package let levels: [UInt8]
  /// What the pixels stand for, in the same order: pairs, shares of all pairs, or differences of shares.
  package let amounts: [Double]
  /// The most pairs that one pixel stands for.
  package let fullest: Double

  /// The part of a density that lies in two ranges; all 0 without a density.
  package init(_ grid: DensityGrid?, x: PlotRange, y: PlotRange, columns: Int, rows: Int, scale: DensityScale) {
    self.columns = columns
    self.rows = rows
    amounts =
      grid?.resampled(x: x.lower...x.upper, y: y.lower...y.upper, columns: columns, rows: rows)
      ?? Array(repeating: 0, count: columns * rows)
    levels = scale.levels(of: amounts)
    fullest = amounts.max() ?? 0
  }

  /// As ``init(_:x:y:columns:rows:scale:)``, in shares of all pairs, with levels that mean the same for `other`.
  package init(
    _ grid: DensityGrid?, beside other: DensityGrid, x: PlotRange, y: PlotRange, columns: Int, rows: Int,
    scale: DensityScale
  ) {
    func shares(_ grid: DensityGrid) -> [Double] { Self.shares(grid, x: x, y: y, columns: columns, rows: rows) }
    self.columns = columns
    self.rows = rows
    amounts = grid.map(shares) ?? Array(repeating: 0, count: columns * rows)
    levels = Array(scale.levels(of: amounts + shares(other)).prefix(amounts.count))
    fullest = amounts.max() ?? 0
  }

  /// What a density has more (levels 9 to 15) or less of (6 to 0) than another, in shares of all pairs: each level
  /// stands for half of the next; 8 where they differ by less than a 64th of the largest difference.
  package init(_ grid: DensityGrid?, minus other: DensityGrid?, x: PlotRange, y: PlotRange, columns: Int, rows: Int) {
    func shares(_ grid: DensityGrid) -> [Double] { Self.shares(grid, x: x, y: y, columns: columns, rows: rows) }
    self.columns = columns
    self.rows = rows
    var differences = [Double](repeating: 0, count: columns * rows)
    if let grid, let other { differences = zip(shares(grid), shares(other)).map { $0 - $1 } }
    let top = differences.lazy.map(abs).max() ?? 0
    amounts = differences
    fullest = top
    levels = differences.map { difference in
      guard difference != 0 else { return Self.equal }
      let ratio = top / abs(difference)
      let step = ratio.isFinite ? 7 - Int(ratio.exponent) : 0
      guard step > 0 else { return Self.equal }
      return difference > 0 ? Self.equal + UInt8(step) : UInt8(7 - step)
    }
  }

  /// The level where two densities are equal.
  private static let equal: UInt8 = 8

  private static func shares(
    _ grid: DensityGrid, x: PlotRange, y: PlotRange, columns: Int, rows: Int
  ) -> [Double] {
    let total = Double(max(grid.total, 1))
    return grid.resampled(x: x.lower...x.upper, y: y.lower...y.upper, columns: columns, rows: rows).map { $0 / total }
  }

  /// The level of a pixel.
  package subscript(column: Int, row: Int) -> UInt8 { levels[row * columns + column] }
}
