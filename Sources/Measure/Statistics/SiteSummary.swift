import Networks

/// One site's statistics but its density: a value that workers hand out while they go on.
public struct SiteSummary: Sendable, Equatable {
  /// The activation.
  public let site: ActivationSite
  /// Share of each image's positions that the density takes, 0...1.
  public let share: Double
  /// Slopes and intercepts.
  public internal(set) var coefficients: CoefficientStatistics
  /// Pairs (x, y) seen.
  public internal(set) var pairs: PairTotals
  /// Images that went through the whole network.
  private(set) var finishedImages = 0

  /// Nothing seen.
  init(site: ActivationSite, share: Double) {
    self.site = site
    self.share = share
    coefficients = CoefficientStatistics(
      segments: site.activation.hasCoefficients ? site.activation.functions : 0, channels: site.coefficientChannels)
    pairs = PairTotals()
  }

  /// Images seen. A curve or a Maxout hands over nothing that every image has, so there those count that are through
  /// the network.
  public var images: Int { site.activation.hasCoefficients ? coefficients.images : finishedImages }

  /// Notes that so many more images are through the network.
  mutating func finish(images: Int) { finishedImages += images }

  /// Whether its numbers can be those of a run over so many images.
  func isConsistent(images: Int) -> Bool {
    (0...1).contains(share) && pairs.isConsistent && (0...images).contains(finishedImages)
  }

  /// Whether another summary is of the same site, counted in the same way.
  func check(_ other: SiteSummary) throws(FindingMismatch) {
    guard other.site == site else { throw FindingMismatch("site \(site.node) and another site \(other.site.node)") }
    guard other.share == share else {
      throw FindingMismatch("site \(site.node): a share of \(share) of the positions and one of \(other.share)")
    }
  }

  /// Adds another worker's or run's summary of the same site.
  mutating func merge(_ other: SiteSummary) {
    coefficients.merge(other.coefficients)
    pairs.merge(other.pairs)
    finishedImages += other.finishedImages
  }
}
