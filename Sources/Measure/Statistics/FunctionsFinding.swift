import Networks

/// Slopes, intercepts and what follows from them, at every site of a network.
public struct FunctionsFinding: Finding {
  /// Every site's statistics, by id.
  public private(set) var sites: [SiteSummary]
  /// Images that went through the whole network.
  public private(set) var images: Int

  /// ``Question/functions``.
  public var question: Question { .functions }

  init(sites: [SiteSummary], images: Int) {
    self.sites = sites
    self.images = images
  }

  /// Adds what was found at the same sites.
  public mutating func merge(_ other: FunctionsFinding) throws(FindingMismatch) {
    guard other.sites.count == sites.count else {
      throw FindingMismatch("a network of \(sites.count) sites and one of \(other.sites.count)")
    }
    // All or nothing: no site is touched before every one is known to fit.
    for (own, other) in zip(sites, other.sites) { try own.check(other) }
    for site in sites.indices { sites[site].merge(other.sites[site]) }
    images += other.images
  }
}

extension FunctionsFinding {
  /// Every site once, in order.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    let most = CoefficientStatistics.mostImages
    try require((0...most).contains(images), "\(images) images, but sums of their slopes hold \(most) at most")
    try require(
      self.sites.map(\.site) == sites, "statistics of \(self.sites.count) sites, but the network has \(sites.count)")
    for site in self.sites {
      try require(site.isConsistent(images: images), "site \(site.site.node) with numbers that do not go together")
    }
  }
}
