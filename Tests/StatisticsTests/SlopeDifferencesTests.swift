import Networks
import Statistics
import Tensors
import Testing

/// The distribution of differences that images show, each in as many channels as it has values.
private func slopeDifferences(_ images: [[Float]]) -> SlopeDifferences {
  let site = ActivationSite.sample(channels: images.first?.count ?? 1)
  let statistics = ActivationStatistics([site])
  for (index, values) in images.enumerated() {
    let stride = values.count
    statistics.observe(
      ActivationCoefficients(
        functions: 2, channels: values.count, stride: stride,
        slopes: TensorSlice(values.map { $0 / 2 } + values.map { -$0 / 2 }),
        intercepts: TensorSlice(zeros: 2 * stride)),
      of: site, image: ImageIdentity(ordinal: index, key: 0))
  }
  return statistics.summaries[0].coefficients.slopeDifferences
}

/// NumPy's default percentile.
private func naivePercentile(_ sorted: [Float], _ share: Double) -> Double {
  let rank = share * Double(sorted.count - 1)
  let lower = Int(rank)
  let upper = min(lower + 1, sorted.count - 1)
  return Double(sorted[lower]) + (rank - Double(lower)) * Double(sorted[upper] - sorted[lower])
}

@Test("Percentiles are within a bin's width of the exact ones", arguments: [1, 2, 3, 10, 1000])
func percentilesEqualDefinition(count: Int) throws {
  var generator = SeededGenerator(UInt64(count))
  for magnitude: Float in [1e-6, 0.03, 1, 3, 500] {
    let values = (0..<count).map { _ in Float.random(in: 0...magnitude, using: &generator) }
    let differences = slopeDifferences([values])
    let width = max(0x1p-16, Double(magnitude) / 2048)
    let shares = [0, 0.1, 0.5, 0.9, 1]
    let found = try #require(differences.percentiles(shares))
    for (share, percentile) in zip(shares, found) {
      #expect(abs(percentile - naivePercentile(values.sorted(), share)) < width)
    }
    // Percentiles stay among the values, but for the rounding to multiples of 2^-24.
    #expect(found[0] >= Double(values.min() ?? 0) - 0x1p-25 && found[4] <= Double(values.max() ?? 0) + 0x1p-25)
  }
}

@Test("A constant difference gives exactly that number")
func constantDifferenceIsExact() {
  let differences = slopeDifferences([[Float]](repeating: [1, 1], count: 9))
  #expect(differences.percentiles([0.1, 0.5, 0.9]) == [1, 1, 1])
  #expect(differences.moments?.mean == 1 && differences.moments?.deviation == 0)
}

@Test("The histogram does not depend on the order of values nor on how they are split")
func differencesMerge() {
  var generator = SeededGenerator(3)
  let values: [Float] = [0, 4, Float(4).nextDown, 0.0625, 511] + (0..<300).map { Float($0) * 0.013 }
  let whole = slopeDifferences([values])
  for _ in 0..<5 {
    let shuffled = values.shuffled(using: &generator)
    var parts = [[[Float]]](repeating: [], count: 3)
    for value in shuffled { parts[Int.random(in: 0..<3, using: &generator)].append([value]) }
    var merged = SlopeDifferences()
    for part in parts { merged.merge(slopeDifferences(part)) }
    #expect(merged == whole)
  }
}

@Test("More differences than a 16-bit count holds are all counted")
func manyEqualDifferences() {
  let differences = slopeDifferences([[Float]](repeating: [Float](repeating: 0.75, count: 6000), count: 30))
  #expect(differences.count == 180_000)
  #expect(differences.percentiles([0, 0.5, 1]) == [0.75, 0.75, 0.75])
  #expect(differences.moments?.mean == 0.75)
}
