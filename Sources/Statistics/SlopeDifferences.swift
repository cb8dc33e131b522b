/// The distribution of |a1 - a2| (largest minus smallest slope for K > 2), one value for each image and coefficient channel.
///
/// A histogram of 4096 bins over [0, 2^e), e the smallest exponent from -4 up that holds every value, with exact sums for mean
/// and deviation and the exact smallest and largest value.
public struct SlopeDifferences: Sendable, Equatable {
  private static let bins = 4096
  private static let smallestExponent = -4

  private var exponent = Self.smallestExponent
  private var counts = [UInt64](repeating: 0, count: Self.bins)
  private var sums = FixedPointSums()
  private var smallest = Float.infinity
  private var largest: Float = 0
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
      low = min(low, values[index])
      high = max(high, values[index])
      sums.add(FixedPoint.units(values[index]))
    }
    (smallest, largest, self.sums) = (low, high, sums)
    grow(to: Self.exponent(for: largest))
    let scale = Float(sign: .plus, exponent: 12 - exponent, significand: 1)
    var counts = self.counts.mutableSpan
    for index in values.indices { counts[Int(values[index] * scale)] &+= 1 }
    count += values.count
  }

  /// Adds another distribution.
  package mutating func merge(_ other: SlopeDifferences) {
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sums.merge(other.sums)
    count += other.count
    grow(to: other.exponent)
    let shift = exponent - other.exponent
    for (bin, count) in other.counts.enumerated() { counts[bin >> shift] += count }
  }

  /// Mean and population deviation; nil without values.
  public var moments: (mean: Double, deviation: Double)? { sums.moments(count: count) }

  /// Percentiles for the given shares, 0...1, each off by less than 2^e / 4096 and within the values seen; nil without values.
  public func percentiles(_ shares: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let distribution = BinnedDistribution(
      counts: counts, origin: 0, width: Double(sign: .plus, exponent: exponent - 12, significand: 1))
    return shares.compactMap { share in
      distribution.percentile(share).map { min(max($0, Double(smallest)), Double(largest)) }
    }
  }

  /// The smallest exponent e with value < 2^e.
  private static func exponent(for value: Float) -> Int {
    value > 0 ? max(smallestExponent, Int(value.exponent) + 1) : smallestExponent
  }

  private mutating func grow(to wanted: Int) {
    guard wanted > exponent else { return }
    let shift = wanted - exponent
    for bin in 1..<Self.bins where counts[bin] > 0 {
      let count = counts[bin]
      counts[bin] = 0
      counts[bin >> shift] += count
    }
    exponent = wanted
  }
}
