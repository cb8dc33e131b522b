import Statistics
import Testing

@Test("The values of a bin stand in the middles of its equal parts")
func valuesSpreadInBins() {
  let distribution = BinnedDistribution(counts: [0, 4, 0, 1], origin: 10, width: 2)
  // Values 12.25, 12.75, 13.25, 13.75 and 17.
  #expect(distribution.total == 5)
  #expect(distribution.percentile(0) == 12.25)
  #expect(distribution.percentile(0.5) == 13.25)
  #expect(distribution.percentile(0.75) == 13.75)
  #expect(distribution.percentile(0.875) == 15.375)
  #expect(distribution.percentile(1) == 17)
  #expect(distribution.percentile(7) == 17 && distribution.percentile(-1) == 12.25)
}

@Test("An empty distribution has no percentile")
func emptyHasNoPercentile() {
  #expect(BinnedDistribution(counts: [], origin: 0, width: 1).percentile(0.5) == nil)
  #expect(BinnedDistribution(counts: [0, 0], origin: 0, width: 1).percentile(0.5) == nil)
}

@Test("Huge counts have percentiles")
func hugeCounts() {
  let distribution = BinnedDistribution(counts: [1 << 62, 1 << 62], origin: 0, width: 1)
  #expect(distribution.percentile(0.5) == 1)
  #expect(distribution.percentile(1) == 2)
}
