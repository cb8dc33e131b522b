import KernelInterface
import Tensors

/// The distribution of |a1 - a2| (largest minus smallest slope for K > 2), one value for each image and coefficient channel.
///
/// Values are rounded to multiples of 2^-24. A histogram has 4096 bins over [0, 2^e), e the smallest exponent from -4 up that
/// holds every value; sums for mean and deviation, the smallest and the largest value are exact.
public struct SlopeDifferences: Sendable, Equatable {
  private static let binBits = 12
  private static let smallestExponent = -4

  private var exponent = Self.smallestExponent
  /// Counts since the last sweep, which a kernel adds to: 8 KiB, so that all sites' fit into a core's cache.
  private var recent = CountTable<UInt16>(count: DifferenceCall.bins)
  private var recentCount = 0
  /// Counts before the last sweep; empty before the first.
  private var swept: [UInt64] = []
  private var sums = FixedPointSums()
  private var smallest = Int64.max
  private var largest: Int64 = 0
  /// Values added.
  public private(set) var count = 0

  /// Nothing added.
  package init() {}

  /// Adds differences with `KernelTable.addDifferences`.
  mutating func add(_ values: TensorSlice, with kernel: (DifferenceCall) -> DifferenceResult) {
    var rest = values
    while rest.count > 0 {
      let part = rest[0..<min(rest.count, Self.sweepInterval)]
      rest = rest[part.count..<rest.count]
      if recentCount + part.count > Self.sweepInterval { sweep() }
      var result = kernel(call(part))
      if !result.counted {
        grow(to: Self.exponent(for: FixedPoint.units(result.largest)))
        result = kernel(call(part))
      }
      recentCount += part.count
      count += part.count
      smallest = min(smallest, FixedPoint.units(result.smallest))
      largest = max(largest, FixedPoint.units(result.largest))
      sums.merge(
        FixedPointSums(
          sum: Int128(result.sum), squares: Int128(result.squaresCarry) << 64 | Int128(result.squares)))
    }
  }

  private mutating func call(_ values: TensorSlice) -> DifferenceCall {
    DifferenceCall(
      values: values, counts: recent.exclusive, shift: exponent + FixedPoint.fractionBits - Self.binBits)
  }

  /// Values between two sweeps, so that no recent count overflows.
  private static let sweepInterval = Int(UInt16.max)

  private mutating func sweep() {
    swept = counts
    recent = CountTable(count: DifferenceCall.bins)
    recentCount = 0
  }

  /// All counts by bin.
  private var counts: [UInt64] {
    (0..<DifferenceCall.bins).map { (swept.isEmpty ? 0 : swept[$0]) + UInt64(recent[$0]) }
  }

  /// Adds another distribution.
  package mutating func merge(_ other: SlopeDifferences) {
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sums.merge(other.sums)
    count += other.count
    grow(to: other.exponent)
    let shift = exponent - other.exponent
    sweep()
    for (bin, count) in other.counts.enumerated() { swept[bin >> shift] += count }
  }

  /// Mean and population deviation; nil without values.
  public var moments: (mean: Double, deviation: Double)? { sums.moments(count: count) }

  /// Percentiles for the given shares, 0...1, each off by less than 2^e / 4096 and within the values seen; nil without values.
  public func percentiles(_ shares: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let width = Double(sign: .plus, exponent: exponent - Self.binBits, significand: 1)
    let distribution = BinnedDistribution(counts: counts, origin: 0, width: width)
    let bounds = (Double(smallest) * FixedPoint.unit, Double(largest) * FixedPoint.unit)
    return shares.compactMap { distribution.percentile($0).map { min(max($0, bounds.0), bounds.1) } }
  }

  /// The smallest exponent e with units < 2^e.
  private static func exponent(for units: Int64) -> Int {
    max(smallestExponent, Int64.bitWidth - units.leadingZeroBitCount - FixedPoint.fractionBits)
  }

  private mutating func grow(to wanted: Int) {
    guard wanted > exponent else { return }
    let shift = wanted - exponent
    sweep()
    for bin in 1..<swept.count where swept[bin] > 0 {
      let count = swept[bin]
      swept[bin] = 0
      swept[bin >> shift] += count
    }
    exponent = wanted
  }

  /// Whether the same values were added, in whatever order.
  public static func == (left: SlopeDifferences, right: SlopeDifferences) -> Bool {
    left.exponent == right.exponent && left.count == right.count && left.smallest == right.smallest
      && left.largest == right.largest && left.sums == right.sums && left.counts == right.counts
  }
}
