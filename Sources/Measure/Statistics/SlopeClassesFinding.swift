import Networks

/// How far slopes depend on the class that an image is labelled with, at one site or at all that are dynamic.
public struct SlopeClassesFinding: Finding {
  /// Which sites, and how many classes.
  public let question: Question
  /// Images seen, those without a label among them, which count in nothing else.
  public internal(set) var images = 0
  /// Every dynamic site that was asked for, by id.
  public private(set) var sites: [SlopeClasses]

  /// Numbers that a worker keeps at most, for all sites, channels, segments and classes: 32 MiB.
  public static let mostCounters = 1 << 22

  /// Nothing seen.
  ///
  /// - Throws: `GraphError` where even one channel of each site were too many.
  init(site: Int?, classes: Int, of sites: [ActivationSite], limit: Int) throws(GraphError) {
    question = .slopeClasses(site: site, classes: classes)
    let asked = try site.map { id throws(GraphError) in [try sites.asked(id, for: "slopes by class")] } ?? sites
    let dynamic = asked.filter { $0.activation.hasCoefficients && $0.activation.isDynamic }
    let step = try Self.step(dynamic, classes: classes, limit: limit)
    self.sites = dynamic.map { SlopeClasses($0, classes: classes, step: step) }
  }

  /// Every how many channels are taken so that the counters are few enough.
  private static func step(_ sites: [ActivationSite], classes: Int, limit: Int) throws(GraphError) -> Int {
    func counters(_ step: Int) -> Int {
      classes
        * sites.reduce(0) {
          $0 + $1.activation.functions * SlopeClasses.taken(of: $1.coefficientChannels, step: step)
        }
    }
    let most = sites.map(\.coefficientChannels).max() ?? 1
    guard classes > 0, let step = (1...most).first(where: { counters($0) <= limit }) else {
      throw GraphError(
        node: "\(sites.count) activations", problem: "have too many slopes for sums by class of \(classes) classes")
    }
    return step
  }

  /// The share of the coefficient channels of these sites that is taken, 0...1; nil without a dynamic site.
  public var channelShare: Double? {
    let channels = sites.reduce(0) { $0 + $1.channels }
    return channels == 0 ? nil : Double(sites.reduce(0) { $0 + $1.taken }) / Double(channels)
  }

  /// One site's; nil for one that is not dynamic or was not asked for.
  public subscript(site: Int) -> SlopeClasses? { sites.first { $0.site == site } }

  /// Adds one image's coefficients.
  mutating func add(_ coefficients: ActivationCoefficients, of site: Int, label: Int) {
    guard let index = sites.firstIndex(where: { $0.site == site }) else { return }
    sites[index].add(coefficients, label: label)
  }

  /// Adds the same sites on other images.
  public mutating func merge(_ other: SlopeClassesFinding) throws(FindingMismatch) {
    guard other.sites.count == sites.count, zip(sites, other.sites).allSatisfy({ $0.fits($1) }) else {
      throw FindingMismatch("\(question): \(sites.count) sites and \(other.sites.count) others")
    }
    images += other.images
    for index in sites.indices { sites[index].merge(other.sites[index]) }
  }
}

/// Counts how far slopes depend on the class, one worker's part.
public final class SlopeClassStatistics: FindingObserver, @unchecked Sendable {
  private var found: SlopeClassesFinding

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - site: the id of the site; nil for all that are dynamic.
  ///   - classes: how many classes images may be labelled with.
  ///   - sites: all sites of the network.
  ///   - limit: counters at most; beyond it every n-th channel alone is taken.
  /// - Throws: `GraphError` when there is no such site, no class, or far too many.
  public init(
    site: Int?, classes: Int, of sites: [ActivationSite], limit: Int = SlopeClassesFinding.mostCounters
  ) throws(GraphError) {
    found = try SlopeClassesFinding(site: site, classes: classes, of: sites, limit: limit)
  }

  /// Needs no pairs.
  public func wantedPositions(of site: ActivationSite, image: ImageIdentity) -> PositionSelection { .none }

  /// Adds the slopes of a labelled image.
  public func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    guard let label = image.label else { return }
    found.add(coefficients, of: site.id, label: label)
  }

  /// Needs no pairs.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {}

  /// Counts images.
  public func finish(images: Int) { found.images += images }

  /// What was found, for the one question that this answers.
  public func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }
}

extension SlopeClassesFinding {
  /// Functions, channels and classes of the sites.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .slopeClasses(let id, let classes) = question else {
      throw FindingMismatch("\(question) is answered by no slopes by class")
    }
    if let id { _ = try checked(id, in: sites) }
    try require(images >= 0 && Set(self.sites.map(\.site)).count == self.sites.count, "a site twice")
    for own in self.sites {
      let site = try checked(own.site, in: sites)
      try require(
        (id ?? site.id) == site.id && own.images.count == classes && own.segments == site.activation.functions
          && own.channels == site.coefficientChannels, "functions, channels or classes of another site")
    }
  }
}
