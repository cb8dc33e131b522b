/// A copy of one site's density: how often each pair (x, y) was seen, on 512 x 512 bins. Merges exactly with those of other workers and runs.
public struct DensitySnapshot: Sendable, Equatable {
  /// Half range of x is 2^xExponent: bin i of the axis covers `[(i - 256) w, (i - 255) w)` with `w = 2^xExponent / 256`.
  public private(set) var xExponent: Int
  /// Half range of y is 2^yExponent, likewise.
  public private(set) var yExponent: Int
  /// Pairs in each bin, `counts[yBin * 512 + xBin]`.
  public private(set) var counts: [UInt64]
  /// Pairs outside the bins.
  public private(set) var totals: PairTotals

  /// Takes counts on axes of the given exponents.
  init(xExponent: Int, yExponent: Int, counts: [UInt64], totals: PairTotals) {
    self.xExponent = xExponent
    self.yExponent = yExponent
    self.counts = counts
    self.totals = totals
  }

  /// Adds what another snapshot of the same site counted.
  public mutating func merge(_ other: DensitySnapshot) {
    let exponents = (max(xExponent, other.xExponent), max(yExponent, other.yExponent))
    grow(exponents)
    var other = other
    other.grow(exponents)
    for index in counts.indices where other.counts[index] > 0 { counts[index] &+= other.counts[index] }
    totals.merge(other.totals)
  }

  private mutating func grow(_ exponents: (x: Int, y: Int)) {
    let fold = DensityFold(xShift: exponents.x - xExponent, yShift: exponents.y - yExponent)
    guard !fold.isIdentity else { return }
    var grown = [UInt64](repeating: 0, count: counts.count)
    for (index, count) in counts.enumerated() where count > 0 { grown[fold.target(ofIndex: index)] &+= count }
    counts = grown
    xExponent = exponents.x
    yExponent = exponents.y
  }
}

/// How many pairs were seen, and of which kinds.
public struct PairTotals: Sendable, Equatable {
  /// Pairs in the density's bins.
  public internal(set) var counted: UInt64 = 0
  /// Finite pairs with a value beyond the largest range.
  public internal(set) var outsideRange: UInt64 = 0
  /// Pairs with a NaN or an infinity.
  public internal(set) var notFinite: UInt64 = 0
  /// Finite pairs with x < 0.
  public internal(set) var negativeInputs: UInt64 = 0
  /// Finite pairs with x < 0 and y > 0.
  public internal(set) var positiveFromNegative: UInt64 = 0

  /// Nothing seen.
  init() {}

  /// All pairs.
  public var seen: UInt64 { counted + outsideRange + notFinite }

  /// Adds other pairs.
  mutating func merge(_ other: PairTotals) {
    counted += other.counted
    outsideRange += other.outsideRange
    notFinite += other.notFinite
    negativeInputs += other.negativeInputs
    positiveFromNegative += other.positiveFromNegative
  }
}
