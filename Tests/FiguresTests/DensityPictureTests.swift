import Figures
import Statistics
import Testing

struct DensityPictureTests {
  private let range = PlotRange(lower: -1, upper: 1)

  @Test("The largest y is in the first row, and the fullest pixel has the highest level")
  func orientation() {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    counts[DensityGrid.bins * DensityGrid.bins - 1] = 8
    counts[0] = 4
    let grid = DensityGrid(xExponent: 0, yExponent: 0, counts: counts)
    let picture = DensityPicture(grid, x: range, y: range, columns: 4, rows: 2, scale: .log)
    #expect(picture.levels == [0, 0, 0, 15, 14, 0, 0, 0])
    #expect(picture[3, 0] == 15 && picture.fullest == 8)
  }

  /// Shares of all pairs on the pixels.
  private func shares(_ grid: DensityGrid, columns: Int, rows: Int) -> [Double] {
    let total = grid.counts.reduce(0.0) { $0 + Double($1) }
    return grid.resampled(x: -1...1, y: -1...1, columns: columns, rows: rows).map { $0 / total }
  }

  @Test("Beside another density a level means the same share of the pairs in both", arguments: DensityScale.allCases)
  func beside(_ scale: DensityScale) {
    let one = DensityGrid.sample([(10, 10, 64), (300, 300, 8), (500, 20, 1)])
    let other = DensityGrid.sample([(10, 10, 5), (300, 300, 1000), (20, 500, 20)])
    func picture(_ own: DensityGrid, _ beside: DensityGrid) -> DensityPicture {
      DensityPicture(own, beside: beside, x: range, y: range, columns: 8, rows: 8, scale: scale)
    }
    let levels = picture(one, other).levels + picture(other, one).levels
    let shares = shares(one, columns: 8, rows: 8) + shares(other, columns: 8, rows: 8)
    for (level, share) in zip(levels, shares) {
      for (otherLevel, otherShare) in zip(levels, shares) where share <= otherShare { #expect(level <= otherLevel) }
    }
    #expect(levels.max() == 15 && zip(levels, shares).allSatisfy { ($0 == 0) == ($1 == 0) })
  }

  @Test("A difference has a level for each halving on either side of equal, and changes its sign with its order")
  func difference() {
    let one = DensityGrid.mixed(xExponent: 0, yExponent: 0)
    let other = DensityGrid.sample([(10, 10, 5), (300, 300, 1000), (20, 500, 20)])
    let picture = DensityPicture(one, minus: other, x: range, y: range, columns: 8, rows: 8)
    let differences = zip(shares(one, columns: 8, rows: 8), shares(other, columns: 8, rows: 8)).map { $0 - $1 }
    let top = differences.map(\.magnitude).max() ?? 0
    #expect(picture.fullest == top)
    for (level, difference) in zip(picture.levels, differences) {
      // top / 2 < |d| <= top is the 7th step, and so on to none.
      var step = 7
      while step > 0, abs(difference) <= top * Double(sign: .plus, exponent: step - 8, significand: 1) { step -= 1 }
      #expect(Int(level) == (step == 0 ? 8 : difference > 0 ? 8 + step : 7 - step))
    }
    let reversed = DensityPicture(other, minus: one, x: range, y: range, columns: 8, rows: 8)
    #expect(
      zip(picture.levels, reversed.levels).allSatisfy { $0 == 8 ? $1 == 8 : $0 > 8 ? $1 == 15 - $0 : $1 == 15 - $0 })
    let none = DensityPicture(one, minus: nil, x: range, y: range, columns: 2, rows: 2)
    #expect(none.levels == [8, 8, 8, 8])
  }

  @Test("Without a density every pixel is empty")
  func nothing() {
    let picture = DensityPicture(nil, x: range, y: range, columns: 3, rows: 2, scale: .linear)
    #expect(picture.levels == [0, 0, 0, 0, 0, 0] && picture.fullest == 0)
  }
}
