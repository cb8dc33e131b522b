import Networks

/// How often inputs x and outputs y were seen together, at one site or at one channel of it.
public struct DensityFinding: Finding {
  /// Which pairs.
  public let question: Question
  /// Share of each image's positions that is taken, 0...1.
  public let share: Double
  /// Images seen.
  public private(set) var images: Int
  /// The pairs in the bins.
  public private(set) var grid: DensityGrid
  /// The pairs in all.
  public private(set) var totals: PairTotals

  /// A finding.
  package init(question: Question, share: Double, images: Int, grid: DensityGrid, totals: PairTotals) {
    self.question = question
    self.share = share
    self.images = images
    self.grid = grid
    self.totals = totals
  }

  /// Adds the same pairs of other images.
  public mutating func merge(_ other: DensityFinding) throws(FindingMismatch) {
    guard other.share == share else {
      throw FindingMismatch("\(question): a share of \(share) of the positions and one of \(other.share)")
    }
    images += other.images
    grid.merge(other.grid)
    totals.merge(other.totals)
  }
}

extension DensityFinding {
  /// As many pairs in the bins as were counted.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    switch question {
    case .density(let id): _ = try checked(id, in: sites)
    case .channelDensity(let id, let channel):
      let channels = try checked(id, in: sites).shape.channels
      try require((0..<channels).contains(channel), "the site has \(channels) channels")
    default: throw FindingMismatch("\(question) is answered by no density")
    }
    try require(
      images >= 0 && (0...1).contains(share) && totals.isConsistent && grid.total == totals.counted,
      "\(grid.total) pairs in the bins, \(totals.counted) counted")
  }
}
