import Networks
import Statistics
import Testing

/// Mean and population deviation by the definition.
private func naiveMoments(_ values: [Float]) -> (mean: Double, deviation: Double)? {
  guard !values.isEmpty else { return nil }
  let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
  let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
  return (mean, variance.squareRoot())
}

private func agrees(
  _ left: (mean: Double, deviation: Double)?, _ right: (mean: Double, deviation: Double)?, within tolerance: Double
) -> Bool {
  guard let left, let right else { return left == nil && right == nil }
  return abs(left.mean - right.mean) <= tolerance && abs(left.deviation - right.deviation) <= tolerance
}

private func usable(_ values: [Float]) -> Bool { values.allSatisfy { abs($0) < 256 } }

@Test(
  "Means, deviations and the claims' counts equal their definitions, unusable functions left out",
  arguments: [(1, 1, 0), (2, 1, 0), (2, 37, 0), (3, 20, 0), (2, 37, 30), (4, 18, 9)])
func coefficientStatisticsEqualDefinitions(functions: Int, channels: Int, awkward: Int) {
  let site = ActivationSite.sample(
    channels: max(2, channels), functions: functions, sharing: channels == 1 ? .allChannels : .perChannel)
  let statistics = ActivationStatistics([site])
  var generator = SeededGenerator(UInt64(functions * 100 + channels))
  var seen: [(channel: Int, slopes: [Float], intercepts: [Float])] = []
  for image in 0..<50 {
    let observation = Observation(site, magnitude: 1.5, awkward: awkward, using: &generator)
    observation.show(to: statistics, site, key: UInt64(image))
    seen += (0..<site.coefficientChannels).map { channel in
      (channel, observation.slopes.map { $0[channel] }, observation.intercepts.map { $0[channel] })
    }
  }
  let found = statistics.summaries[0].coefficients
  let used = seen.filter { usable($0.slopes) && usable($0.intercepts) }
  #expect(found.images == 50 && found.functions == used.count && found.unusable == seen.count - used.count)
  #expect(found.slopeOutsideUnit == UInt64(used.count { $0.slopes.contains { $0 < 0 || $0 > 1 } }))
  #expect(found.largeIntercept == UInt64(used.count { $0.intercepts.contains { abs($0) > 0.05 } }))
  for segment in 0..<functions {
    for channel in [nil] + (0..<site.coefficientChannels).map(Optional.some) {
      let own = used.filter { channel == nil || $0.channel == channel }
      let slope = found.slope(segment: segment, channel: channel)
      #expect(agrees(slope, naiveMoments(own.map { $0.slopes[segment] }), within: 1e-7))
      let intercept = found.intercept(segment: segment, channel: channel)
      #expect(agrees(intercept, naiveMoments(own.map { $0.intercepts[segment] }), within: 1e-7))
    }
  }
  let differences = used.map { ($0.slopes.max() ?? 0) - ($0.slopes.min() ?? 0) }
  let expected = functions == 1 ? nil : naiveMoments(differences)
  #expect(agrees(found.slopeDifferences.moments, expected, within: 1e-7))
}

@Test("Constant coefficients have a deviation of exactly 0")
func constantsHaveNoDeviation() {
  let site = ActivationSite.sample(channels: 3)
  let statistics = ActivationStatistics([site])
  var generator = SeededGenerator(2)
  var observation = Observation(site, using: &generator)
  observation.slopes = [[1, 0.1, -3], [0, 0.3, 1e-9]]
  for image in 0..<7 { observation.show(to: statistics, site, key: UInt64(image)) }
  let found = statistics.summaries[0].coefficients
  for channel in 0..<3 {
    for segment in 0..<2 { #expect(found.slope(segment: segment, channel: channel)?.deviation == 0) }
  }
  #expect(found.slope(segment: 0, channel: 0)?.mean == 1)
}

@Test("Slopes of exactly 0 and 1 and intercepts of exactly 0.05 are inside the claims' limits")
func claimsLimitsAreInside() {
  let site = ActivationSite.sample(channels: 4)
  let statistics = ActivationStatistics([site])
  var generator = SeededGenerator(2)
  var observation = Observation(site, using: &generator)
  observation.slopes = [[0, 1, Float(1).nextUp, 0.5], [1, -0.0, 0.5, -.leastNonzeroMagnitude]]
  observation.intercepts = [[0.05, -0.05, Float(0.05).nextUp, 0], [0, 0, 0, Float(-0.05).nextDown]]
  observation.show(to: statistics, site, key: 0)
  let found = statistics.summaries[0].coefficients
  #expect(found.slopeOutsideUnit == 2)
  #expect(found.largeIntercept == 2)
}

@Test("Without images there are no means, not zeros")
func nothingSeenIsNil() {
  let found = ActivationStatistics([.sample()]).summaries[0].coefficients
  #expect(found.slope(segment: 0) == nil && found.intercept(segment: 1, channel: 2) == nil)
  #expect(found.slopeDifferences.moments == nil && found.slopeDifferences.percentiles([0.5]) == nil)
}

@Test("Extreme but usable coefficients neither trap nor lose precision")
func extremeCoefficients() throws {
  let site = ActivationSite.sample(channels: 2)
  let statistics = ActivationStatistics([site])
  var generator = SeededGenerator(2)
  var observation = Observation(site, using: &generator)
  let extreme = Float(256).nextDown
  observation.slopes = [[extreme, -extreme], [-extreme, extreme]]
  // Enough for the squares to pass 64 bits many times.
  for image in 0..<1000 { observation.show(to: statistics, site, key: UInt64(image)) }
  let found = statistics.summaries[0].coefficients
  #expect(found.slope(segment: 0, channel: 0)?.mean == Double(extreme))
  #expect(found.slope(segment: 0)?.mean == 0)
  let deviation = try #require(found.slope(segment: 0)?.deviation)
  #expect(abs(deviation / Double(extreme) - 1) < 1e-12)
  let difference = 2 * Double(extreme)
  #expect(found.slopeDifferences.percentiles([0, 0.5, 1]) == [difference, difference, difference])
}

@Test("The sums of as many images as there may be hold the largest slopes, and more images are refused")
func statisticsOfTooManyImagesAreRefused() throws {
  let site = ActivationSite.sample(channels: 3)
  let statistics = ActivationStatistics([site])
  var generator = SeededGenerator(2)
  var observation = Observation(site, using: &generator)
  let largest = Float(256).nextDown
  observation.slopes = [[largest, 1, 0], [-largest, 0.5, 1]]
  observation.show(to: statistics, site, key: 1)
  statistics.finish(images: 1)
  var found = try #require(statistics.finding(.functions) as? FunctionsFinding)
  for _ in 0..<31 { try found.merge(found) }
  #expect(found.images == 1 << 31)
  #expect(throws: Never.self) { try found.check([site]) }
  let coefficients = found.sites[0].coefficients
  #expect(coefficients.slope(segment: 0, channel: 0)?.mean == Double(largest))
  #expect(coefficients.slope(segment: 1, channel: 0)?.mean == -Double(largest))
  try found.merge(found)
  let error = #expect(throws: FindingMismatch.self) { try found.check([site]) }
  #expect(error.map { "\($0)" }?.contains("4294967296 images, but sums of their slopes hold 2147483648") == true)
}
