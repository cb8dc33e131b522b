import KernelInterface
import Tensors

/// The distribution of a number that every activation function has (one function for each image and coefficient
/// channel).
///
/// Values are rounded to multiples of 2^-24. A histogram has 4096 bins over [0, 2^e), or [-2^e, 2^e) where values may
/// be negative, e the smallest exponent from -4 up that holds every value; sums for mean and deviation, the smallest
/// and the largest value are exact.
public struct ValueDistribution: Sendable, Equatable {
  private static let binBits = 12
  private static let smallestExponent = -4
  /// Values are sums of a few numbers below 256.
  private static let largestExponent = 16

  /// Whether values may be negative.
  let isSigned: Bool
  private var exponent = Self.smallestExponent
  /// Counts since the last sweep, which a kernel adds to: 8 KiB, so that all sites' fit into a core's cache.
  private var recent = CountTable<UInt16>(count: HistogramCall.bins)
  private var recentCount = 0
  /// Counts before the last sweep; empty before the first.
  private var swept: [UInt64] = []
  private var sums = FixedPointSums()
  private var smallest = Int64.max
  private var largest = Int64.min
  /// Values added.
  public private(set) var count = 0

  /// Nothing added.
  package init(isSigned: Bool) { self.isSigned = isSigned }

  /// Adds values with `KernelTable.addToHistogram`.
  mutating func add(_ values: TensorSlice, with kernel: (HistogramCall) -> HistogramResult) {
    var rest = values
    while rest.count > 0 {
      let part = rest[0..<min(rest.count, Self.sweepInterval)]
      rest = rest[part.count..<rest.count]
      if recentCount + part.count > Self.sweepInterval { sweep() }
      var result = kernel(call(part))
      let wanted = max(Self.exponent(for: result.smallest), Self.exponent(for: result.largest))
      if !result.counted {
        grow(to: wanted)
        result = kernel(call(part))
      }
      // -2^e was counted where it has a bin, but the range must not depend on what came with it.
      grow(to: wanted)
      recentCount += part.count
      count += part.count
      smallest = min(smallest, FixedPoint.units(result.smallest))
      largest = max(largest, FixedPoint.units(result.largest))
      sums.merge(
        FixedPointSums(
          sum: Int128(Int64(bitPattern: result.sum)),
          squares: Int128(result.squaresCarry) << 64 | Int128(result.squares)))
    }
  }

  private mutating func call(_ values: TensorSlice) -> HistogramCall {
    HistogramCall(
      values: values, counts: recent.exclusive, shift: exponent + FixedPoint.fractionBits - binBits, origin: origin)
  }

  /// Bins for each power of two that the histogram reaches up: half of them lie below 0 where values may be negative.
  private var binBits: Int { isSigned ? Self.binBits - 1 : Self.binBits }
  /// The bin that begins at 0.
  private var origin: Int { isSigned ? HistogramCall.bins / 2 : 0 }

  /// Values between two sweeps, so that no recent count overflows.
  private static let sweepInterval = Int(UInt16.max)

  private mutating func sweep() {
    swept = counts
    recent = CountTable(count: HistogramCall.bins)
    recentCount = 0
  }

  /// All counts by bin.
  private var counts: [UInt64] {
    (0..<HistogramCall.bins).map { (swept.isEmpty ? 0 : swept[$0]) + UInt64(recent[$0]) }
  }

  /// Adds another distribution.
  package mutating func merge(_ other: ValueDistribution) {
    precondition(other.isSigned == isSigned, "distributions of different numbers")
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    sums.merge(other.sums)
    count += other.count
    grow(to: other.exponent)
    let shift = exponent - other.exponent
    sweep()
    for (bin, count) in other.counts.enumerated() { swept[folded(bin, shift)] += count }
  }

  /// Mean and population deviation; nil without values.
  public var moments: (mean: Double, deviation: Double)? { sums.moments(count: count) }

  /// Percentiles for the given shares, 0...1, each off by less than 2^e / 4096 and within the values seen; nil without
  /// values.
  public func percentiles(_ shares: [Double]) -> [Double]? {
    guard count > 0 else { return nil }
    let width = Double(sign: .plus, exponent: exponent - binBits, significand: 1)
    let distribution = BinnedDistribution(counts: counts, origin: -Double(origin) * width, width: width)
    let bounds = (Double(smallest) * FixedPoint.unit, Double(largest) * FixedPoint.unit)
    return shares.compactMap { distribution.percentile($0).map { min(max($0, bounds.0), bounds.1) } }
  }

  /// The smallest exponent e with |value| < 2^e in units; -2^e has a bin of its own, but asks for the next one as 2^e
  /// does.
  private static func exponent(for value: Float) -> Int {
    let units = FixedPoint.units(value).magnitude
    return max(smallestExponent, UInt64.bitWidth - units.leadingZeroBitCount - FixedPoint.fractionBits)
  }

  private func folded(_ bin: Int, _ shift: Int) -> Int { (bin - origin) >> shift + origin }

  private mutating func grow(to wanted: Int) {
    guard wanted > exponent else { return }
    let shift = wanted - exponent
    sweep()
    var grown = [UInt64](repeating: 0, count: swept.count)
    for (bin, count) in swept.enumerated() where count > 0 { grown[folded(bin, shift)] += count }
    swept = grown
    exponent = wanted
  }

  /// Whether the same values were added, in whatever order.
  public static func == (left: ValueDistribution, right: ValueDistribution) -> Bool {
    left.isSigned == right.isSigned && left.exponent == right.exponent && left.count == right.count
      && left.smallest == right.smallest
      && left.largest == right.largest && left.sums == right.sums && left.counts == right.counts
  }
}

extension ValueDistribution: Codable {
  private enum Key: CodingKey { case isSigned, exponent, counts, sums, smallest, largest, count }

  /// Reads the histogram and the sums; refuses what no distribution can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(isSigned: try container.decode(Bool.self, forKey: .isSigned))
    exponent = try container.decode(Int.self, forKey: .exponent)
    swept = try container.decode(PackedCounts.self, forKey: .counts).values
    sums = try container.decode(FixedPointSums.self, forKey: .sums)
    smallest = try container.decode(Int64.self, forKey: .smallest)
    largest = try container.decode(Int64.self, forKey: .largest)
    count = try container.decode(Int.self, forKey: .count)
    let total = swept.reduce(UInt128(0)) { $0 + UInt128($1) }
    let reach = Int64(1) << Int64(Self.largestExponent + FixedPoint.fractionBits)
    guard swept.count == HistogramCall.bins, (Self.smallestExponent...Self.largestExponent).contains(exponent),
      count >= 0, total == UInt128(count),
      count == 0 ? (smallest, largest) == (.max, .min) : -reach <= smallest && smallest <= largest && largest <= reach
    else { throw decoder.corrupted("\(swept.count) bins up to 2^\(exponent) with \(total) of \(count) values") }
  }

  /// Writes the histogram and the sums.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(isSigned, forKey: .isSigned)
    try container.encode(exponent, forKey: .exponent)
    try container.encode(PackedCounts(counts), forKey: .counts)
    try container.encode(sums, forKey: .sums)
    try container.encode(smallest, forKey: .smallest)
    try container.encode(largest, forKey: .largest)
    try container.encode(count, forKey: .count)
  }
}
