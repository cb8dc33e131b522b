import Networks
import Statistics
import Tensors
import Testing

/// The distribution of differences that images show, each in as many channels as it has values.
private func slopeDifferences(_ images: [[Float]]) -> ValueDistribution {
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
    var merged = ValueDistribution(isSigned: false)
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

/// The distribution of f(0.5) that images show whose functions are max(x + b, x / 2 + b - 1) for the values b = f(0.5)
/// - 0.5.
private func outputsAtHalf(_ images: [[Float]]) -> ValueDistribution {
  let site = ActivationSite.sample(channels: images.first?.count ?? 1)
  let statistics = ActivationStatistics([site])
  for (index, values) in images.enumerated() {
    let count = values.count
    statistics.observe(
      ActivationCoefficients(
        functions: 2, channels: count, stride: count,
        slopes: TensorSlice([Float](repeating: 1, count: count) + [Float](repeating: 0.5, count: count)),
        intercepts: TensorSlice(values.map { $0 - 0.5 } + values.map { $0 - 1.5 })),
      of: site, image: ImageIdentity(ordinal: index, key: 0))
  }
  return statistics.summaries[0].coefficients.outputsAtHalf
}

@Test("Outputs at 0.5 have both signs: moments and percentiles are those of the values", arguments: [1, 10, 1000])
func outputsOfBothSigns(count: Int) throws {
  var generator = SeededGenerator(UInt64(count))
  for magnitude: Float in [0.03, 1, 100] {
    // Multiples of 2^-16, so that adding and taking away 0.5 is exact.
    let values = (0..<count).map { _ in
      (Float.random(in: -magnitude...magnitude, using: &generator) * 0x1p16).rounded() * 0x1p-16
    }
    let outputs = outputsAtHalf([values])
    let mean = values.reduce(0) { $0 + Double($1) } / Double(count)
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
    let moments = try #require(outputs.moments)
    #expect(abs(moments.mean - mean) < 1e-9 && abs(moments.deviation - variance.squareRoot()) < 1e-6)
    let shares = [0, 0.1, 0.5, 0.9, 1]
    for (share, found) in zip(shares, try #require(outputs.percentiles(shares))) {
      #expect(abs(found - naivePercentile(values.sorted(), share)) < max(0x1p-14, Double(magnitude) / 512))
    }
  }
}

@Test("The histogram of both signs does not depend on the order of values, -2^e at its edge included")
func signedHistogramsMerge() {
  var generator = SeededGenerator(4)
  let values: [Float] = [-4, 4, 0, -0.0625, -128, 100] + (0..<300).map { Float($0 - 150) * 0.015625 }
  let whole = outputsAtHalf([values])
  for _ in 0..<5 {
    var parts = [[[Float]]](repeating: [], count: 3)
    for value in values.shuffled(using: &generator) {
      parts[Int.random(in: 0..<3, using: &generator)].append([value])
    }
    var merged = ValueDistribution(isSigned: true)
    for part in parts { merged.merge(outputsAtHalf(part)) }
    #expect(merged == whole)
  }
}

@Test("A static ReLU gives 0.5 at 0.5 and nothing else; a bound holds; a PReLU takes its first line there")
func outputsOfStaticActivations() {
  for (activation, expected) in [
    (Activation.relu(upperBound: nil, at: SitePlace(block: 1, site: "a")), 0.5),
    (Activation.relu(upperBound: 0.25, at: SitePlace(block: 1, site: "a")), 0.25),
    (
      Activation(
        functions: 2, sharing: .allChannels, coefficients: .parametric(slope: "p"),
        place: SitePlace(block: 1, site: "a")),
      0.5
    ),
  ] {
    let site = ActivationSite(
      id: 0, node: "act", shape: FeatureShape(height: 1, width: 1, channels: 4), activation: activation)
    let statistics = ActivationStatistics([site])
    let second: Float = if case .parametric = activation.coefficients { 3 } else { 0 }
    for image in 0..<5 {
      statistics.observe(
        ActivationCoefficients(
          functions: 2, channels: 1, stride: 1, slopes: TensorSlice([1, second]), intercepts: TensorSlice([0, 0])),
        of: site, image: ImageIdentity(ordinal: image, key: 0))
    }
    let outputs = statistics.summaries[0].coefficients.outputsAtHalf
    #expect(outputs.percentiles([0, 0.5, 1]) == [expected, expected, expected] && outputs.moments?.deviation == 0)
  }
}
