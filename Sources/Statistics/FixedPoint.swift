/// Real numbers as integers in units of 2^-32, so that sums do not depend on the order of their terms.
enum FixedPoint {
  /// Values of at least this magnitude are not taken; below it, 2^29 squares and more fit into 128 bits.
  static let limit: Float = 0x1p16

  /// One unit.
  static let unit = 0x1p-32

  /// `value` in units of 2^-32, rounded to the nearest (ties to even); |value| is at most 2 · ``limit``.
  @inline(__always) static func units(_ value: Float) -> Int64 {
    // From 2^52 to 2^53 a Double's last bit is worth 1: adding 1.5 · 2^52 rounds to an integer and leaves it in the low bits.
    let shift = 0x1.8p52
    let shifted = Double(value) * 0x1p32 + shift
    return Int64(bitPattern: shifted.bitPattern) &- Int64(bitPattern: shift.bitPattern)
  }
}

/// The sum of fixed-point numbers and of their squares, exact.
public struct FixedPointSums: Sendable, Equatable {
  /// Sum in units of 2^-32.
  private var sum: Int128 = 0
  /// Sum of squares in units of 2^-64.
  private var squares: Int128 = 0

  /// Nothing added.
  init() {}

  /// Adds one number, in units of 2^-32.
  @inline(__always) mutating func add(_ units: Int64) {
    sum &+= Int128(units)
    squares &+= Int128(units) &* Int128(units)
  }

  /// Adds another sum.
  mutating func merge(_ other: FixedPointSums) {
    sum &+= other.sum
    squares &+= other.squares
  }

  /// Mean and population deviation of the `count` numbers added; nil for none.
  ///
  /// Both depend on the integers alone. The deviation is that of the rounded numbers: exactly 0 for a constant.
  public func moments(count: Int) -> (mean: Double, deviation: Double)? {
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
