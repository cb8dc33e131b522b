import Figures
import Statistics
import Testing

@Test("The occupied ranges end at the outermost filled bins")
func occupiedRangesAreTight() throws {
  let grid = DensityGrid.sample(yExponent: 2, [(x: 100, y: 300, count: 1), (x: 400, y: 310, count: 5)])
  let ranges = try #require(grid.occupiedRanges())
  #expect(ranges.x == grid.xEdge(100)...grid.xEdge(401))
  #expect(ranges.y == grid.yEdge(300)...grid.yEdge(311))
}

@Test("A share below 1 cuts thin tails and keeps the rest")
func occupiedRangesCutTails() throws {
  let body = (200..<300).map { (x: $0, y: 256, count: UInt64(100)) }
  let grid = DensityGrid.sample([(x: 0, y: 0, count: 3), (x: 511, y: 511, count: 3)] + body)
  let ranges = try #require(grid.occupiedRanges(share: 0.999))
  #expect(ranges.x == grid.xEdge(200)...grid.xEdge(300))
  #expect(ranges.y == grid.yEdge(256)...grid.yEdge(257))
  let all = try #require(grid.occupiedRanges(share: 1))
  #expect(all.x == -1...1)
  #expect(grid.occupiedRanges(share: 0) != nil)
}

@Test("An empty grid has no occupied range")
func emptyGridHasNoRange() {
  #expect(DensityGrid.sample().occupiedRanges() == nil)
  #expect(DensityGrid.sample().total == 0)
}
