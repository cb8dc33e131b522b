import Figures
import Testing

@Test("The output range is read in the column of bins that holds x")
func rangeReadsColumn() throws {
  // x = 0.5 is the lower edge of bin 384 on [-1, 1).
  let grid = DensityGrid.sample(
    yExponent: 1,
    (0..<11).map { (x: 384, y: 256 + 10 * $0, count: 1) } + [(x: 383, y: 0, count: 9), (x: 385, y: 0, count: 9)])
  let range = try #require(OutputRange(grid, x: 0.5))
  #expect(range.xLower == 0.5 && range.xUpper == 0.50390625 && range.pairs == 11)
  // Bins are 1/128 wide; each single value stands in the middle of its own.
  #expect(range.p10 == 10.5 / 128 && range.p50 == 50.5 / 128 && range.p90 == 90.5 / 128)
}

@Test("There is no output range where nothing was counted or x lies outside")
func noRangeIsNil() {
  let grid = DensityGrid.sample([(x: 10, y: 10, count: 1)])
  #expect(OutputRange(grid, x: 0.5) == nil)
  #expect(OutputRange(grid, x: 1) == nil)
  #expect(OutputRange(grid, x: -1.001) == nil)
  #expect(OutputRange(grid, x: .nan) == nil)
  #expect(OutputRange(grid, x: .infinity) == nil)
}
