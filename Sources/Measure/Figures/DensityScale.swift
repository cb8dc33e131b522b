/// How pairs on a pixel become one of the picture's levels.
public enum DensityScale: String, Sendable, CaseIterable {
  /// Each level stands for half as many pairs as the next; the fullest pixel has the top level.
  case log
  /// Levels in equal steps up to the fullest pixel.
  case linear
  /// As many pixels on each level, empty ones apart.
  case equalised

  /// The highest level.
  public static let topLevel = 15

  /// Levels 0...15 for pairs; 0 for none, at least 1 for any, 15 for the most.
  public func levels(of pairs: [Double]) -> [UInt8] {
    let top = pairs.max() ?? 0
    guard top > 0 else { return Array(repeating: 0, count: pairs.count) }
    switch self {
    case .log: return Self.logLevels(of: pairs, top: top)
    case .linear:
      return pairs.map { $0 > 0 ? Self.clamped(($0 / top * Double(Self.topLevel)).rounded(.up)) : 0 }
    case .equalised: return Self.equalisedLevels(of: pairs)
    }
  }

  private static func clamped(_ level: Double) -> UInt8 {
    UInt8(min(max(level, 1), Double(Self.topLevel)))
  }

  private static func logLevels(of pairs: [Double], top: Double) -> [UInt8] {
    // The exponent of c / top is the logarithm's floor: top / 2 < c <= top is the highest level.
    pairs.map { count in
      guard count > 0 else { return 0 }
      let ratio = top / count
      return clamped(Double(Self.topLevel - (ratio.isFinite ? Int(ratio.exponent) : Self.topLevel)))
    }
  }

  private static func equalisedLevels(of pairs: [Double]) -> [UInt8] {
    let sorted = pairs.filter { $0 > 0 }.sorted()
    var ranks: [Double: Int] = [:]
    for (rank, count) in sorted.enumerated() { ranks[count] = rank + 1 }
    return pairs.map { count in
      guard let rank = ranks[count] else { return 0 }
      return clamped((Double(rank) / Double(sorted.count) * Double(Self.topLevel)).rounded(.up))
    }
  }
}
