import Statistics

/// A density as levels on a raster of pixels: what every picture of it, on a screen or on a page, colours.
package struct DensityPicture: Sendable, Equatable {
  /// Pixels beside each other.
  package let columns: Int
  /// Pixels above each other.
  package let rows: Int
  /// Levels 0...15, row by row from the top.
  package let levels: [UInt8]
  /// The most pairs that one pixel stands for.
  package let fullest: Double

  /// The part of a density that lies in two ranges; all 0 without a density.
  package init(_ grid: DensityGrid?, x: PlotRange, y: PlotRange, columns: Int, rows: Int, scale: DensityScale) {
    self.columns = columns
    self.rows = rows
    let pairs = grid?.resampled(x: x.lower...x.upper, y: y.lower...y.upper, columns: columns, rows: rows)
    levels = pairs.map { scale.levels(of: $0) } ?? Array(repeating: 0, count: columns * rows)
    fullest = pairs?.max() ?? 0
  }

  /// The level of a pixel.
  package subscript(column: Int, row: Int) -> UInt8 { levels[row * columns + column] }
}
