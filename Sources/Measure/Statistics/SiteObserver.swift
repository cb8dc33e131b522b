import Networks

/// An observer of one site: every position of it, and nothing elsewhere.
public protocol SiteObserver: FindingObserver {
  /// The site's id.
  var site: Int { get }
}

extension SiteObserver {
  /// The one site.
  public var watchedSite: Int? { site }

  /// All positions of the one site.
  public func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection {
    site.id == self.site ? .all : .none
  }

  /// Needs no coefficients, unless told.
  public func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {}
}
