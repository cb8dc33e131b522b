import Figures
import Statistics
import Testing

/// Cell by cell and bin by bin, from the definition: counts in proportion to the area that bin and cell share.
private func naive(
  _ grid: DensityGrid, x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int, rows: Int
) -> [Double] {
  func overlap(_ low: Double, _ high: Double, _ from: Double, _ to: Double) -> Double {
    max(0, min(high, to) - max(low, from)) / (high - low)
  }
  var cells = [Double](repeating: 0, count: columns * rows)
  let width = (x.upperBound - x.lowerBound) / Double(columns)
  let height = (y.upperBound - y.lowerBound) / Double(rows)
  for (index, count) in grid.counts.enumerated() where count > 0 {
    let (row, column) = index.quotientAndRemainder(dividingBy: 512)
    for cell in cells.indices {
      let left = x.lowerBound + width * Double(cell % columns)
      let top = y.upperBound - height * Double(cell / columns)
      cells[cell] +=
        Double(count) * overlap(grid.xEdge(column), grid.xEdge(column + 1), left, left + width)
        * overlap(grid.yEdge(row), grid.yEdge(row + 1), top - height, top)
    }
  }
  return cells
}

@Test(
  "Cells hold the counts in proportion to the shared area",
  arguments: [(512, 512), (64, 40), (7, 3), (1, 1), (600, 1), (3, 700)])
func cellsShareByArea(columns: Int, rows: Int) {
  let grid = DensityGrid.sample(
    xExponent: 1, yExponent: -2, [(0, 0, 5), (511, 511, 7), (256, 255, 100), (300, 10, 1 << 50), (301, 10, 3)])
  let windows: [(ClosedRange<Double>, ClosedRange<Double>)] = [
    (-2...2, -0.25...0.25), (-1.3...0.7, -0.3...0.1), (0...0.01, -0.001...0.002), (5...6, 0...1), (-9...9, -7...7),
  ]
  for (x, y) in windows {
    let cells = grid.resampled(x: x, y: y, columns: columns, rows: rows)
    for (found, expected) in zip(cells, naive(grid, x: x, y: y, columns: columns, rows: rows)) {
      #expect(abs(found - expected) <= 1e-9 * max(1, expected), "\(x) \(y)")
    }
  }
}

@Test("Every pair in the window is in one of the cells", arguments: [1, 2, 3, 77, 160, 512, 1000])
func cellsConserveCounts(columns: Int) {
  let grid = DensityGrid.mixed(xExponent: 2, yExponent: 3)
  let cells = grid.resampled(x: -4...4, y: -8...8, columns: columns, rows: 50)
  #expect(abs(cells.reduce(0, +) / Double(grid.total) - 1) < 1e-12)
  #expect(cells.allSatisfy { $0 >= 0 })
}

@Test("One cell for each bin gives the counts themselves, the largest y first")
func identityGivesCounts() {
  let grid = DensityGrid.mixed(xExponent: 0, yExponent: 0)
  let cells = grid.resampled(x: -1...1, y: -1...1, columns: 512, rows: 512)
  let flipped = (0..<512).reversed().flatMap { row in grid.counts[row * 512..<(row + 1) * 512].map { Double($0) } }
  #expect(cells == flipped)
}

@Test("Windows without size, without cells, or out of all proportion are empty and do not trap")
func degenerateWindows() {
  let grid = DensityGrid.mixed(xExponent: 20, yExponent: -4)
  #expect(grid.resampled(x: 0...0, y: 0...1, columns: 2, rows: 2) == [0, 0, 0, 0])
  #expect(grid.resampled(x: -1...1, y: -1...1, columns: 0, rows: 9).isEmpty)
  #expect(grid.resampled(x: -1...1, y: -1...1, columns: 9, rows: 0).isEmpty)
  #expect(grid.resampled(x: -.infinity ... .infinity, y: 0...1, columns: 1, rows: 1) == [0])
  #expect(grid.resampled(x: 1e300...1.1e300, y: 0...1, columns: 1, rows: 1) == [0])
  #expect(grid.resampled(x: 0.5...0.5.nextUp, y: 0...1e-300, columns: 4, rows: 4).allSatisfy { $0 >= 0 })
  let huge = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  #expect(grid.resampled(x: huge, y: huge, columns: 2, rows: 2).allSatisfy { $0 >= 0 })
}
