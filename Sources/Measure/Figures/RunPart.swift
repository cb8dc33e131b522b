import Networks

/// Which shares of a source a run is of, where those are not all of it.
public struct RunPart: Sendable, Equatable, Codable {
  /// How many shares the source has.
  public let count: Int
  /// Those that the run is of, ascending, from 0.
  public let shares: [Int]
  /// Images of the whole run.
  public let total: Int

  /// One share of a run over `total` images; nil for the only one, which is the whole run.
  public init?(_ share: Share?, total: Int) {
    guard let share, share.count > 1 else { return nil }
    self.init(count: share.count, shares: [share.index], total: total)
  }

  init(count: Int, shares: [Int], total: Int) {
    self.count = count
    self.shares = shares
    self.total = total
  }

  /// Whether its numbers can be those of a part.
  public var isConsistent: Bool {
    (2...Share.mostShares).contains(count) && (0...1 << 48).contains(total) && !shares.isEmpty && shares.count < count
      && shares.allSatisfy { (0..<count).contains($0) } && zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// The shares that it lacks.
  public var missing: [Int] {
    let own = Set(shares)
    return (0..<count).filter { !own.contains($0) }
  }

  /// Both parts' shares as one part; nil where those are all.
  func merged(with other: RunPart) -> RunPart? {
    let all = (shares + other.shares).sorted()
    return all.count == count ? nil : RunPart(count: count, shares: all, total: total)
  }

  /// `part 2/7` or `parts 0-2, 5 of 7`.
  public var words: String {
    shares.count == 1 ? "part \(shares[0])/\(count)" : "parts \(Self.list(shares)) of \(count)"
  }

  /// `0-2, 5`.
  public static func list(_ shares: [Int]) -> String { ImageSet(of: shares).description }
}
