/// A two-dimensional histogram of an activation's inputs and outputs: the scatter of Fig. 3 (top) as counts.
///
/// Bin `i` of an axis with exponent e covers `[(i - 256) w, (i - 255) w)` with `w = 2^e / 256`; 512 bins cover [-2^e,
/// 2^e). Merges exactly with grids of other workers and runs.
public struct DensityGrid: Sendable, Equatable {
  /// Bins along each axis.
  public static let bins = DensityAxis.bins

  /// Half range of x is 2^xExponent.
  public private(set) var xExponent: Int
  /// Half range of y is 2^yExponent.
  public private(set) var yExponent: Int
  /// Pairs in each bin: `counts[yBin * 512 + xBin]`.
  public private(set) var counts: [UInt64]

  /// Creates a grid of 512 x 512 counts.
  public init(xExponent: Int, yExponent: Int, counts: [UInt64]) {
    precondition(counts.count == Self.bins * Self.bins, "a density grid has 512 x 512 counts")
    self.xExponent = xExponent
    self.yExponent = yExponent
    self.counts = counts
  }

  /// Adds what another grid counted.
  public mutating func merge(_ other: DensityGrid) {
    let exponents = (max(xExponent, other.xExponent), max(yExponent, other.yExponent))
    grow(exponents)
    var other = other
    other.grow(exponents)
    for index in counts.indices where other.counts[index] > 0 { counts[index] &+= other.counts[index] }
  }

  /// Brings the counts to axes of other half ranges, at least as large.
  mutating func grow(_ exponents: (x: Int, y: Int)) {
    let fold = DensityFold(xShift: exponents.x - xExponent, yShift: exponents.y - yExponent)
    guard !fold.isIdentity else { return }
    var grown = [UInt64](repeating: 0, count: counts.count)
    for (index, count) in counts.enumerated() where count > 0 { grown[fold.target(ofIndex: index)] &+= count }
    counts = grown
    xExponent = exponents.x
    yExponent = exponents.y
  }
}

extension DensityGrid {
  /// Pairs in the bins.
  public var total: UInt64 { counts.reduce(0, &+) }

  /// The lower edge of x bin `index`; `index` 512 gives the upper end of the axis.
  public func xEdge(_ index: Int) -> Double { Self.edge(index, exponent: xExponent) }
  /// The lower edge of y bin `index`.
  public func yEdge(_ index: Int) -> Double { Self.edge(index, exponent: yExponent) }

  /// The lower edge of bin `index` on an axis of half range 2^exponent: an exact binary fraction.
  public static func edge(_ index: Int, exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent - 8, significand: 1) * Double(index - bins / 2)
  }
}
