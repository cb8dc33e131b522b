import Figures

/// A density grid brought to a picture's pixels: how many pairs fall on each.
///
/// A bin that several pixels share is divided among them by area, so sums of pixels are pairs seen whatever the zoom. The cost depends on bins and
/// pixels alone.
public struct DensityRaster: Sendable, Equatable {
  /// Pixels across.
  public let columns: Int
  /// Pixels down.
  public let rows: Int
  /// Pairs on each pixel, the top row first: `rows * columns` numbers.
  public let pairs: [Double]

  /// Brings a grid to pixels that cover two ranges.
  public init(_ grid: DensityGrid, x: PlotRange, y: PlotRange, columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    var pairs = [Double](repeating: 0, count: self.columns * self.rows)
    let across = Self.shares(of: x, exponent: grid.xExponent, pixels: self.columns)
    let upwards = Self.shares(of: y, exponent: grid.yExponent, pixels: self.rows)
    var line = [Double](repeating: 0, count: self.columns)
    var currentBin = -1
    for vertical in upwards {
      if vertical.bin != currentBin {
        currentBin = vertical.bin
        for pixel in line.indices { line[pixel] = 0 }
        let base = currentBin * DensityGrid.bins
        for horizontal in across {
          line[horizontal.pixel] += horizontal.share * Double(grid.counts[base + horizontal.bin])
        }
      }
      let row = (self.rows - 1 - vertical.pixel) * self.columns
      for pixel in line.indices { pairs[row + pixel] += vertical.share * line[pixel] }
    }
    self.pairs = pairs
  }

  /// The part of a bin that falls on a pixel, 0...1.
  private struct Share {
    var bin: Int
    var pixel: Int
    var share: Double
  }

  /// Which pixels each bin of an axis falls on, bin by bin.
  private static func shares(of range: PlotRange, exponent: Int, pixels: Int) -> [Share] {
    guard pixels > 0 else { return [] }
    let scale = Double(pixels) / range.length
    var result: [Share] = []
    for bin in 0..<DensityGrid.bins {
      let start = (DensityGrid.edge(bin, exponent: exponent) - range.lower) * scale
      let end = (DensityGrid.edge(bin + 1, exponent: exponent) - range.lower) * scale
      guard end > 0, start < Double(pixels) else { continue }
      let first = Int(max(0, start))
      let last = min(pixels - 1, Int(end.rounded(.up)) - 1)
      guard first <= last else { continue }
      for pixel in first...last {
        let covered = min(end, Double(pixel + 1)) - max(start, Double(pixel))
        if covered > 0 { result.append(Share(bin: bin, pixel: pixel, share: covered / (end - start))) }
      }
    }
    return result
  }
}
