public import Tensors

/// A table of input values as arithmetic: `(level / 255 - mean) / deviation`, each division a multiplication by the
/// reciprocal and a correction by what remains, which processors with fused multiply-add do faster than they look up.
public struct PixelScaling: Sendable {
  /// Numbers in a row of ``constants``: any vector's lanes times three channels divide it.
  @inlinable public static var period: Int { 48 }
  /// The largest level.
  @inlinable public static var whole: Float { 255 }

  /// `[3][48]`: what is to be added after the first division (−mean), the reciprocals of the deviations, and
  /// −deviation; number n of a row belongs to channel n modulo the channels.
  public let constants: TensorSlice

  /// The arithmetic for `table` (`[channels][256]`); nil unless it gives every value of it, bit by bit.
  public init?(mean: [Float], deviation: [Float], table: [Float]) {
    let channels = mean.count
    precondition(deviation.count == channels && table.count == channels * NormalizeCall.levels)
    for (index, value) in table.enumerated() {
      let (channel, level) = index.quotientAndRemainder(dividingBy: NormalizeCall.levels)
      let scaled = Self.quotient(Float(level), Self.whole) - mean[channel]
      guard Self.quotient(scaled, deviation[channel]).bitPattern == value.bitPattern else { return nil }
    }
    let numbers = (0..<Self.period).map { $0 % channels }
    constants = TensorSlice(
      numbers.map { -mean[$0] } + numbers.map { 1 / deviation[$0] } + numbers.map { -deviation[$0] })
  }

  /// What the kernels compute in place of `dividend / divisor`.
  private static func quotient(_ dividend: Float, _ divisor: Float) -> Float {
    let near = dividend * (1 / divisor)
    let remainder = dividend.addingProduct(near, -divisor)
    return near.addingProduct(remainder, 1 / divisor)
  }
}
