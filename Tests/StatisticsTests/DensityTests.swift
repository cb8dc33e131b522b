import KernelInterface
import Kernels
import Networks
import Statistics
import Testing

/// A density counted pair by pair from all values at once, in double precision.
private struct NaiveDensity {
  var counts: [Int: UInt64] = [:]
  var xExponent = -4
  var yExponent = -4
  var outsideRange: UInt64 = 0
  var notFinite: UInt64 = 0
  var negativeInputs: UInt64 = 0
  var positiveFromNegative: UInt64 = 0

  init(_ pairs: [(x: Float, y: Float)]) {
    let finite = pairs.filter { $0.x.isFinite && $0.y.isFinite }
    notFinite = UInt64(pairs.count - finite.count)
    negativeInputs = UInt64(finite.count { $0.x < 0 })
    positiveFromNegative = UInt64(finite.count { $0.x < 0 && $0.y > 0 })
    let largest = 1_048_576.0
    func held(_ value: Float) -> Bool { Double(value) >= -largest && Double(value) < largest }
    let inside = finite.filter { held($0.x) && held($0.y) }
    outsideRange = UInt64(finite.count - inside.count)
    func exponent(_ values: [Float]) -> Int {
      (-4...20).first { exponent in
        values.allSatisfy { abs(Double($0)) < Double(sign: .plus, exponent: exponent, significand: 1) }
      } ?? 20
    }
    xExponent = exponent(inside.map(\.x))
    yExponent = exponent(inside.map(\.y))
    for pair in inside {
      func bin(_ value: Float, _ exponent: Int) -> Int {
        Int((Double(value) * 256 / Double(sign: .plus, exponent: exponent, significand: 1)).rounded(.down)) + 256
      }
      counts[bin(pair.y, yExponent) * 512 + bin(pair.x, xExponent), default: 0] += 1
    }
  }

  func equals(_ density: DensityFinding) -> Bool {
    let found = density.grid.counts.enumerated().filter { $0.element > 0 }
    return Dictionary(uniqueKeysWithValues: found.map { ($0.offset, $0.element) }) == counts
      && density.grid.xExponent == xExponent && density.grid.yExponent == yExponent
      && density.totals.counted == counts.values.reduce(0, +) && density.totals.outsideRange == outsideRange
      && density.totals.notFinite == notFinite && density.totals.negativeInputs == negativeInputs
      && density.totals.positiveFromNegative == positiveFromNegative
  }
}

@Test("A density equals a naive count of all pairs, awkward values included", arguments: [0, 500, 20, 3])
func densityEqualsNaiveCount(awkward: Int) {
  let site = ActivationSite.sample(height: 5, width: 7, channels: 19)
  for instructionSet in InstructionSet.available {
    guard let kernels = KernelTable.table(for: instructionSet) else { continue }
    var generator = SeededGenerator(UInt64(awkward))
    let statistics = ActivationStatistics(
      sites: [site], selection: ElementSelection(everyElement: [0]), kernels: kernels)
    var pairs: [(x: Float, y: Float)] = []
    for image in 0..<12 {
      let magnitude = Float(sign: .plus, exponent: image - 6, significand: 1)
      let observation = Observation(site, magnitude: magnitude, awkward: awkward, using: &generator)
      observation.show(to: statistics, site, key: UInt64(image), pieces: [1, 8, 30])
      for (x, y) in zip(observation.x, observation.y) { pairs += zip(x, y).map { (x: $0, y: $1) } }
      #expect(NaiveDensity(pairs).equals(statistics.density(of: 0)), "\(instructionSet), image \(image)")
    }
    #expect(statistics.summaries[0].pairs.seen == UInt64(pairs.count))
  }
}

@Test("An axis depends on its values alone: -2^e asks for the next range, whichever pair came first")
func rangesDoNotDependOnOrder() {
  let site = ActivationSite.sample(height: 1, width: 1, channels: 1)
  let pairs: [(Float, Float)] = [(-4, 1), (1, 9), (0.01, -0.0625), (.nan, 900), (4e8, 1), (2, -1_048_576)]
  func count(_ order: [Int]) -> DensityFinding {
    let statistics = ActivationStatistics([site], exact: true)
    var generator = SeededGenerator(0)
    var observation = Observation(site, using: &generator)
    for index in order {
      (observation.x, observation.y) = ([[pairs[index].0]], [[pairs[index].1]])
      observation.show(to: statistics, site, key: 0)
    }
    return statistics.density(of: 0)
  }
  let expected = count([0, 1, 2, 3, 4, 5])
  #expect(expected.grid.xExponent == 3 && expected.grid.yExponent == 20)
  #expect(count([5, 4, 3, 2, 1, 0]) == expected)
  #expect(count([3, 0, 5, 1, 4, 2]) == expected)
  #expect(count([0, 2]).grid.xExponent == 3)
  #expect(count([2]).grid.yExponent == -3)
}

@Test("Findings of parts merge to the finding of the whole, in any order")
func findingsOfPartsMerge() throws {
  let site = ActivationSite.sample()
  var generator = SeededGenerator(5)
  let parts = (0..<4).map { part in
    let statistics = ActivationStatistics([site], exact: true)
    Observation(site, magnitude: Float(1 << (2 * part)), awkward: 9, using: &generator)
      .show(to: statistics, site, key: 0)
    return statistics
  }
  let findings = parts.map { $0.density(of: 0) }
  var forward = findings[0]
  for finding in findings.dropFirst() { try forward.merge(finding) }
  var backward = findings[3]
  for finding in findings.dropLast().reversed() { try backward.merge(finding) }
  for part in parts.dropFirst() { parts[0].merge(part) }
  #expect(forward == backward)
  #expect(forward == parts[0].density(of: 0))
}

@Test("A bin counts beyond 32 bits")
func countsBeyond32Bits() {
  func index(_ place: Int) -> Int { BinningCall.bin(at: place).row * 512 + BinningCall.bin(at: place).column }
  var counts = DensityCounts()
  var expected: UInt64 = 0
  for _ in 0..<5 {
    counts.reserve(DensityCounts.sweepInterval)
    // What a kernel does that finds all pairs of a call in one bin.
    counts.bins[7] += UInt32(DensityCounts.sweepInterval)
    expected += UInt64(DensityCounts.sweepInterval)
  }
  counts.reserve(3)
  counts.bins[7] += 3
  counts.add(12_000_000_000, to: 9)
  #expect(counts.exact[index(7)] == expected + 3)
  #expect(counts.exact[index(9)] == 12_000_000_000)
}
