import Statistics
import Testing

/// Shares by the bin that a pair has on axes of some half ranges, straight from the bins' edges.
private func naiveShares(_ grid: DensityGrid, _ exponents: (x: Int, y: Int)) -> [[Int]: Double] {
  var shares: [[Int]: Double] = [:]
  let widths = [exponents.x, exponents.y].map { DensityGrid.edge(257, exponent: $0) }
  let total = Double(grid.counts.reduce(0, +))
  for (index, count) in grid.counts.enumerated() where count > 0 {
    let bin = [
      Int((grid.xEdge(index % DensityGrid.bins) / widths[0]).rounded(.down)),
      Int((grid.yEdge(index / DensityGrid.bins) / widths[1]).rounded(.down)),
    ]
    shares[bin, default: 0] += Double(count) / total
  }
  return shares
}

@Test(
  "Total variation is half the sum of the differences of shares on axes that hold both",
  arguments: [(0, 0), (1, 0), (-3, 2), (2, -1)])
func totalVariation(xExponent: Int, yExponent: Int) throws {
  let one = DensityGrid.mixed(xExponent: 0, yExponent: 0)
  let filled = (0..<3000).map { index -> (x: Int, y: Int, count: UInt64) in
    (x: index * 53 % 512, y: index * index % 503, count: UInt64(index % 7))
  }
  let other = DensityGrid.sample(xExponent: xExponent, yExponent: yExponent, filled)
  let exponents = (x: max(0, xExponent), y: max(0, yExponent))
  let (shares, others) = (naiveShares(one, exponents), naiveShares(other, exponents))
  var expected = 0.0
  for bin in Set(shares.keys).union(others.keys) {
    expected += abs((shares[bin] ?? 0) - (others[bin] ?? 0)) / 2
  }
  let found = try #require(one.totalVariation(to: other))
  #expect(abs(found - expected) < 1e-12 && found > 0 && found <= 1)
  #expect(other.totalVariation(to: one) == found)
}

@Test(
  "A density is 0 from itself and its multiples, 1 from one that it shares no bin with, and at no distance from none")
func totalVariationEnds() {
  let grid = DensityGrid.mixed(xExponent: 1, yExponent: 2)
  #expect(grid.totalVariation(to: grid) == 0)
  let triple = DensityGrid(xExponent: 1, yExponent: 2, counts: grid.counts.map { 3 * $0 })
  #expect(grid.totalVariation(to: triple) == 0)
  let left = DensityGrid.sample((0..<97).map { (x: $0, y: $0, count: 3) })
  let right = DensityGrid.sample((0..<89).map { (x: 511 - $0, y: $0, count: 7) })
  #expect(left.totalVariation(to: right) == 1)
  #expect(left.totalVariation(to: .sample()) == nil && DensityGrid.sample().totalVariation(to: left) == nil)
}
