import Networks

/// A change of a network, as a user asks for it: what is done, and at which activations.
public struct WhatIf: Sendable, Hashable, Codable {
  /// What is done to each of the sites that have it. The raw value is the word of command line and files.
  public enum Change: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every slope and intercept at its mean over the images, as the unchanged network gives it, by channel and linear
    /// function.
    case frozen
    /// Every intercept 0.
    case noIntercepts = "no-intercepts"
    /// The first linear function alone, in the place of the maximum of all.
    case firstSegment = "first-segment"
    /// Slopes and intercepts at their initial values α and β (equation 3): ReLU, with the paper's.
    case isStatic = "static"
    /// The same π at every position (variant C).
    case uniformAttention = "uniform-attention"

    /// Whether an activation has what is changed.
    public func applies(to activation: Activation) -> Bool {
      switch self {
      case .frozen, .isStatic, .noIntercepts: activation.isDynamic
      case .firstSegment: activation.isDynamic && activation.functions > 1
      case .uniformAttention: activation.attention != nil
      }
    }
  }

  /// What is done.
  public var change: Change
  /// The ids of the sites at which it is done, ascending.
  public private(set) var sites: [Int]

  /// A change at some sites; those that do not have what is changed are left out.
  public init(_ change: Change, at ids: some Sequence<Int>, of sites: [ActivationSite]) {
    self.change = change
    self.sites = Set(ids).filter { sites.indices.contains($0) && change.applies(to: sites[$0].activation) }.sorted()
  }

  /// Whether it cannot be made before the unchanged network's means are known.
  public var needsMeans: Bool { change == .frozen }

  /// What becomes of each site, by id.
  ///
  /// - Parameters:
  ///   - sites: The network's.
  ///   - means: The unchanged network's functions over all images; needed where ``needsMeans``.
  /// - Throws: ``GraphError`` where a mean is needed and no image has given one.
  public func changes(of sites: [ActivationSite], means: FunctionsFinding?) throws(GraphError) -> [Int: SiteChange] {
    var changes: [Int: SiteChange] = [:]
    for id in self.sites {
      guard sites.indices.contains(id) else {
        throw GraphError(node: "site \(id)", problem: "is to be changed, but the network has \(sites.count) sites")
      }
      changes[id] = try siteChange(sites[id], means?.sites[id].coefficients)
    }
    return changes
  }

  private func siteChange(_ site: ActivationSite, _ means: CoefficientStatistics?) throws(GraphError) -> SiteChange {
    switch change {
    case .noIntercepts: return .noIntercepts
    case .firstSegment: return .firstFunction
    case .uniformAttention: return .uniformAttention
    case .isStatic: return .constant(Self.initial(site.activation))
    case .frozen:
      guard let mean = means.flatMap({ Self.mean($0) }) else {
        throw GraphError(
          node: site.node, problem: "is to be frozen at its mean, but there are channels without usable coefficients")
      }
      return .constant(mean)
    }
  }

  /// The means by segment and channel; nil where a channel has none.
  private static func mean(_ statistics: CoefficientStatistics) -> ConstantCoefficients? {
    func rows(_ value: (_ segment: Int, _ channel: Int) -> (mean: Double, deviation: Double)?) -> [[Float]] {
      (0..<statistics.segments).map { segment in
        (0..<statistics.channels).compactMap { value(segment, $0).map { Float($0.mean) } }
      }
    }
    let slopes = rows { statistics.slope(segment: $0, channel: $1) }
    let intercepts = rows { statistics.intercept(segment: $0, channel: $1) }
    guard (slopes + intercepts).allSatisfy({ $0.count == statistics.channels }) else { return nil }
    return ConstantCoefficients(slopes: slopes, intercepts: intercepts)
  }

  /// α and β; the paper's where the network computes the coefficients by nodes of its own.
  private static func initial(_ activation: Activation) -> ConstantCoefficients {
    if case .hyper(let hyper) = activation.coefficients {
      return ConstantCoefficients(
        slopes: hyper.initialSlopes.map { [$0] }, intercepts: hyper.initialIntercepts.map { [$0] })
    }
    let functions = 0..<activation.functions
    return ConstantCoefficients(
      slopes: functions.map { [$0 == 0 ? 1 : 0] }, intercepts: functions.map { _ in [0] })
  }
}
