/// A two-dimensional histogram of an activation's inputs and outputs: the scatter of Fig. 3 (top) as counts.
///
/// Bin `i` of an axis with exponent e covers `[(i - 256) w, (i - 255) w)` with `w = 2^e / 256`; 512 bins cover [-2^e, 2^e).
public struct DensityGrid: Sendable, Equatable {
  /// Bins along each axis.
  public static let bins = 512

  /// Half range of x is 2^xExponent.
  public var xExponent: Int
  /// Half range of y is 2^yExponent.
  public var yExponent: Int
  /// Pairs in each bin: `counts[yBin * 512 + xBin]`.
  public var counts: [UInt64]
  /// Finite pairs with |x| or |y| beyond the largest range.
  public var outsideRange: UInt64
  /// Pairs with x or y NaN or infinite.
  public var notFinite: UInt64

  /// Creates a grid of 512 x 512 counts.
  public init(xExponent: Int, yExponent: Int, counts: [UInt64], outsideRange: UInt64, notFinite: UInt64) {
    precondition(counts.count == Self.bins * Self.bins, "a density grid has 512 x 512 counts")
    self.xExponent = xExponent
    self.yExponent = yExponent
    self.counts = counts
    self.outsideRange = outsideRange
    self.notFinite = notFinite
  }

  /// The lower edge of x bin `index`; `index` 512 gives the upper end of the axis.
  public func xEdge(_ index: Int) -> Double { Self.edge(index, exponent: xExponent) }
  /// The lower edge of y bin `index`.
  public func yEdge(_ index: Int) -> Double { Self.edge(index, exponent: yExponent) }

  /// The lower edge of bin `index` on an axis of half range 2^exponent: an exact binary fraction.
  public static func edge(_ index: Int, exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent - 8, significand: 1) * Double(index - bins / 2)
  }
}
