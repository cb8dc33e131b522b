import KernelInterface
import Tensors

/// Real numbers as integers in units of 2^-24, so that sums do not depend on the order of their terms.
///
/// A unit is the spacing of 32-bit floats from 0.5 to 1, where slopes usually lie. `CoefficientCall` says how values
/// are rounded.
package enum FixedPoint {
  /// Bits after the point.
  static let fractionBits = 24

  /// One unit.
  static let unit = 0x1p-24

  /// The nearest number in double precision, ties to even: what `Double(value)` is, which goes through a generic
  /// conversion that takes a hundred times as long, for each slope of each channel of each site in every frame.
  package static func double(_ value: Int128) -> Double {
    let magnitude = value.magnitude
    let high = UInt64(truncatingIfNeeded: magnitude >> 64)
    guard high > 0 else {
      let low = Double(UInt64(truncatingIfNeeded: magnitude))
      return value < 0 ? -low : low
    }
    // The upper 64 bits decide, with their last bit set where anything below is lost.
    let shift = 64 - high.leadingZeroBitCount
    let isInexact = magnitude & ((UInt128(1) << UInt128(shift)) - 1) != 0
    let upper = UInt64(truncatingIfNeeded: magnitude >> UInt128(shift)) | (isInexact ? 1 : 0)
    let rounded = Double(upper) * Double(sign: .plus, exponent: shift, significand: 1)
    return value < 0 ? -rounded : rounded
  }

  /// `value` in units, rounded to the nearest (ties to even).
  static func units(_ value: Float) -> Int64 { Int64((Double(value) / unit).rounded(.toNearestOrEven)) }
}

/// The sum of fixed-point numbers and of their squares, exact for more than 2^60 of them.
struct FixedPointSums: Sendable, Equatable {
  /// Sum of the numbers, in units.
  var sum: Int128 = 0
  /// Sum of their squares, in squared units.
  var squares: Int128 = 0

  /// Adds other sums.
  mutating func merge(_ other: FixedPointSums) {
    sum &+= other.sum
    squares &+= other.squares
  }

  /// Mean and population deviation of the `count` numbers added; nil for none.
  ///
  /// Both depend on the integers alone. The deviation is that of the rounded numbers: exactly 0 for a constant.
  func moments(count: Int) -> (mean: Double, deviation: Double)? {
    guard count > 0 else { return nil }
    let n = Int128(count)
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: n)
    // Sum of squared distances to `quotient`; the intermediate products may wrap, the result fits.
    let squares = self.squares &- 2 &* quotient &* sum &+ n &* quotient &* quotient
    let scaled = squares.multipliedReportingOverflow(by: n)
    let variance =
      scaled.overflow
      ? FixedPoint.double(squares) / Double(count)
      : FixedPoint.double(scaled.partialValue &- remainder &* remainder) / (Double(count) * Double(count))
    return (FixedPoint.double(sum) / Double(count) * FixedPoint.unit, max(0, variance).squareRoot() * FixedPoint.unit)
  }
}

/// Sums of an image's slopes and intercepts, for each function and channel, as a `CoefficientCall` adds to them: what
/// one image adds to touches little memory.
struct FixedPointSeries: Sendable, Equatable, Codable {
  /// Numbers in a row.
  let rowLength: Int
  /// As `CoefficientCall.sums`.
  private(set) var table: CountTable<UInt64>
  private let functions: Int

  /// Empty series of K = `functions`.
  init(functions: Int, channels: Int) {
    self.functions = functions
    rowLength = FeatureShape.padded(channels)
    table = CountTable<UInt64>(count: CoefficientCall.sumCount(functions: functions, rowLength: rowLength))
  }

  /// The numbers, for a kernel to add to.
  var exclusive: AlignedStorage<UInt64> { mutating get { table.exclusive } }

  /// Adds other series, one by one.
  mutating func merge(_ other: FixedPointSeries) {
    let own = table.exclusive
    for series in 0..<2 * functions {
      for channel in 0..<rowLength {
        let place = place(series, channel)
        own[place] &+= other.table[place]
        let squares = own[place + rowLength].addingReportingOverflow(other.table[place + rowLength])
        own[place + rowLength] = squares.partialValue
        own[place + 2 * rowLength] += other.table[place + 2 * rowLength] + (squares.overflow ? 1 : 0)
      }
    }
  }

  /// Whether the series are those of so many functions and channels.
  func fits(functions: Int, channels: Int) -> Bool {
    self.functions == functions && rowLength == FeatureShape.padded(channels)
  }

  /// Slope a_k's sums in one channel.
  func slope(_ k: Int, channel: Int) -> FixedPointSums { sums(k, channel) }

  /// Intercept b_k's sums in one channel.
  func intercept(_ k: Int, channel: Int) -> FixedPointSums { sums(functions + k, channel) }

  private func sums(_ series: Int, _ channel: Int) -> FixedPointSums {
    let place = place(series, channel)
    return FixedPointSums(
      sum: Int128(Int64(bitPattern: table[place])),
      squares: Int128(table[place + 2 * rowLength]) << 64 | Int128(table[place + rowLength]))
  }

  private func place(_ series: Int, _ channel: Int) -> Int {
    series * CoefficientCall.rowsPerSeries * rowLength + channel
  }
}

extension FixedPointSeries {
  private enum Key: CodingKey { case functions, channels, sums }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let functions = try container.decode(Int.self, forKey: .functions)
    let channels = try container.decode(Int.self, forKey: .channels)
    let sums = try container.decode(PackedCounts.self, forKey: .sums).values
    // Bounds first: the table is made as large as these say.
    guard (0...16).contains(functions), (0...1 << 24).contains(channels),
      sums.count == CoefficientCall.sumCount(functions: functions, rowLength: FeatureShape.padded(channels))
    else { throw decoder.corrupted("\(sums.count) sums of \(functions) functions in \(channels) channels") }
    self.init(functions: functions, channels: channels)
    let own = table.exclusive
    for (place, sum) in sums.enumerated() { own[place] = sum }
    for series in 0..<2 * functions {
      for channel in 0..<rowLength where own[place(series, channel) + 2 * rowLength] > 1 << 56 {
        throw decoder.corrupted("sums of squares that are too large to be added to")
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(functions, forKey: .functions)
    try container.encode(rowLength, forKey: .channels)
    try container.encode(PackedCounts((0..<table.count).map { table[$0] }), forKey: .sums)
  }
}

extension FixedPointSums: Codable {
  /// Both sums as decimal text: JSON readers keep 53 bits of a number.
  init(from decoder: any Decoder) throws {
    let texts = try decoder.singleValueContainer().decode([String].self)
    guard texts.count == 2, let sum = Int128(texts[0]), let squares = Int128(texts[1]) else {
      throw decoder.corrupted("sums must be two integers as text")
    }
    (self.sum, self.squares) = (sum, squares)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([String(sum), String(squares)])
  }
}
