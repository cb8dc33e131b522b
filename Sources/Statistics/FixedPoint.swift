/// Real numbers as integers in units of 2^-24, so that sums do not depend on the order of their terms.
///
/// A unit is the spacing of 32-bit floats from 0.5 to 1, where slopes usually lie.
enum FixedPoint {
  /// Values of at least this magnitude are not taken; the square of one below it fits into 64 bits.
  static let limit: Float = 256

  /// One unit.
  static let unit = 0x1p-24

  /// `value` in units, rounded to the nearest (ties to even); |value| is at most 2 · ``limit``.
  @inline(__always) static func units(_ value: Float) -> Int64 {
    // From 2^52 to 2^53 a Double's last bit is worth 1: adding 1.5 · 2^52 rounds to an integer and leaves it in the low bits.
    let shift = 0x1.8p52
    let shifted = Double(value) * 0x1p24 + shift
    return Int64(bitPattern: shifted.bitPattern) &- Int64(bitPattern: shift.bitPattern)
  }
}

/// The sum of fixed-point numbers and of their squares, exact for more than 2^60 of them.
struct FixedPointSums: Sendable, Equatable {
  /// Sum of the numbers, in units.
  var sum: Int128 = 0
  /// Sum of their squares, in squared units.
  var squares: Int128 = 0

  /// Adds one number.
  @inline(__always) mutating func add(_ units: Int64) {
    sum &+= Int128(units)
    squares &+= Int128(units) &* Int128(units)
  }

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
      ? Double(squares) / Double(count)
      : Double(scaled.partialValue &- remainder &* remainder) / (Double(count) * Double(count))
    return (Double(sum) / Double(count) * FixedPoint.unit, max(0, variance).squareRoot() * FixedPoint.unit)
  }
}

/// Sums of many series at once, 16 bytes for each: what one image adds to touches little memory.
struct FixedPointSeries: Sendable, Equatable {
  private struct Sums: Equatable {
    /// Exact for 2^31 numbers of the largest magnitude.
    var sum: Int64 = 0
    /// The lower 64 bits of the sum of squares.
    var squares: UInt64 = 0
  }

  private var sums: [Sums]
  /// The upper bits of the sums of squares; few ever have any.
  private var upper: [Int: UInt64] = [:]

  /// `count` empty series.
  init(count: Int) { sums = Array(repeating: Sums(), count: count) }

  /// Adds one number of magnitude below ``FixedPoint/limit`` to each of the series that start at `first`.
  mutating func add(_ values: Span<Float>, from first: Int) {
    var overflowed: [Int] = []
    var row = sums.mutableSpan
    for index in values.indices {
      let units = FixedPoint.units(values[index])
      let squares = row[first + index].squares.addingReportingOverflow(UInt64(bitPattern: units &* units))
      row[first + index] = Sums(sum: row[first + index].sum &+ units, squares: squares.partialValue)
      if squares.overflow { overflowed.append(first + index) }
    }
    for index in overflowed { upper[index, default: 0] += 1 }
  }

  /// Adds other series, one by one.
  mutating func merge(_ other: FixedPointSeries) {
    upper.merge(other.upper, uniquingKeysWith: +)
    for index in sums.indices {
      sums[index].sum &+= other.sums[index].sum
      let squares = sums[index].squares.addingReportingOverflow(other.sums[index].squares)
      sums[index].squares = squares.partialValue
      if squares.overflow { upper[index, default: 0] += 1 }
    }
  }

  /// One series' sums.
  subscript(index: Int) -> FixedPointSums {
    FixedPointSums(
      sum: Int128(sums[index].sum),
      squares: Int128(upper[index] ?? 0) << 64 | Int128(sums[index].squares))
  }
}
