/// The distribution of |a1 - a2| (largest minus smallest slope for K > 2), one value for each image and coefficient channel.
///
/// Values are rounded to multiples of 2^-24. A histogram has 4096 bins over [0, 2^e), e the smallest exponent from -4 up that
/// holds every value; sums for mean and deviation, the smallest and the largest value are exact.
public struct SlopeDifferences: Sendable, Equatable {
  private static let binBits = 12
  private static let fractionBits = 24
  private static let smallestExponent = -4

  private var exponent = Self.smallestExponent
  private var counts = [UInt64](repeating: 0, count: 1 << Self.binBits)
  private var sums = FixedPointSums()
  private var smallest = Int64.max
  private var largest: Int64 = 0
  /// Values added.
  public private(set) var count = 0

  /// Nothing added.
  package init() {}

  /// Adds values, none of them negative and all of them below 2 · ``FixedPoint/limit``.
  package mutating func add(_ values: Span<Float>) {
    var low = smallest
    var high = largest
    var sums = self.sums
    for index in values.indices {
      let units = FixedPoint.units(values[index])
      low = min(low, units)
      high = max(high, units)
      sums.add(units)
    }
    (smallest, largest, self.sums) = (low, high, sums)
    count += values.count
    grow(to: Self.exponent(for: high))
    let shift = Int64(exponent + Self.fractionBits - Self.binBits)
    var bins = counts.mutableSpan
    for index in values.indices { bins[Int(FixedPoint.units(values[index]) &>> shift)] &+= 1 }
  }

  /// Adds another distribution.
  package mutating func merge(_ other: SlopeDifferences) {
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sums.merge(other.sums)
    count += other.count
    grow(to: other.exponent)
    let shift = exponent - other.exponent
    for bin in other.counts.indices { counts[bin >> shift] &+= other.counts[bin] }
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
    max(smallestExponent, Int64.bitWidth - units.leadingZeroBitCount - fractionBits)
  }

  private mutating func grow(to wanted: Int) {
    guard wanted > exponent else { return }
    let shift = wanted - exponent
    for bin in 1..<counts.count where counts[bin] > 0 {
      let count = counts[bin]
      counts[bin] = 0
      counts[bin >> shift] += count
    }
    exponent = wanted
  }
}
