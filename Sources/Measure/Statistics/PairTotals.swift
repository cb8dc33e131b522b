/// How many pairs were seen, and of which kinds.
public struct PairTotals: Sendable, Equatable, Codable {
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
  package init() {}

  /// All pairs.
  public var seen: UInt64 { counted + outsideRange + notFinite }

  /// Whether the numbers can be those of pairs that were counted.
  var isConsistent: Bool {
    [counted, outsideRange, notFinite, negativeInputs].allSatisfy { $0 < 1 << 60 }
      && positiveFromNegative <= negativeInputs && negativeInputs <= counted + outsideRange
  }

  /// Adds other pairs.
  mutating func merge(_ other: PairTotals) {
    counted += other.counted
    outsideRange += other.outsideRange
    notFinite += other.notFinite
    negativeInputs += other.negativeInputs
    positiveFromNegative += other.positiveFromNegative
  }
}
