import Networks

/// A change of a network, as a user asks for it: what is done, and at which activations.
public struct WhatIf: Sendable, Hashable, Codable {
  /// What is done to each of the sites that have it.
  public enum Change: Sendable, Hashable {
    /// Every slope and intercept at its mean over the images, as the unchanged network gives it, by channel and linear
    /// function.
    case frozen
    /// Every intercept 0.
    case noIntercepts
    /// The first linear function alone, in the place of the maximum of all.
    case firstSegment
    /// Slopes and intercepts at their initial values α and β (equation 3): ReLU, with the paper's.
    case isStatic
    /// The same π at every position (variant C).
    case uniformAttention
    /// The slopes and intercepts that the unchanged network gives one image, by its place in the source's order, stand
    /// in for every image's.
    case anotherImage(ordinal: Int)

    /// Those that take nothing but sites, in the order in which they are offered.
    public static let plain: [Change] = [.frozen, .noIntercepts, .firstSegment, .isStatic, .uniformAttention]

    /// The word of command line and files for ``anotherImage(ordinal:)``, whatever the image.
    public static let anotherImageWord = "another-image"

    /// The word of command line and files.
    public var word: String {
      switch self {
      case .frozen: "frozen"
      case .noIntercepts: "no-intercepts"
      case .firstSegment: "first-segment"
      case .isStatic: "static"
      case .uniformAttention: "uniform-attention"
      case .anotherImage: Self.anotherImageWord
      }
    }

    /// The image whose coefficients stand in, by its place in the source's order.
    public var image: Int? {
      guard case .anotherImage(let ordinal) = self else { return nil }
      return ordinal
    }

    /// Whether an activation has what is changed.
    public func applies(to activation: Activation) -> Bool {
      switch self {
      case .frozen, .isStatic, .noIntercepts, .anotherImage: activation.isDynamic
      case .firstSegment: activation.isDynamic && activation.functions > 1
      case .uniformAttention: activation.attention != nil
      }
    }

    /// What must be known of the unchanged network before the change can be made; nil where nothing must.
    public var needs: Question? {
      switch self {
      case .frozen: .functions
      case .anotherImage(let ordinal): .image(ordinal: ordinal, site: nil)
      case .noIntercepts, .firstSegment, .isStatic, .uniformAttention: nil
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

  /// What becomes of each site, by id.
  ///
  /// - Parameters:
  ///   - sites: The network's.
  ///   - known: What is known of the unchanged network; the answer to what the change ``Change/needs``, if anything.
  /// - Throws: ``GraphError`` where that is missing, or no image has given it.
  public func changes(of sites: [ActivationSite], known: Findings) throws(GraphError) -> [Int: SiteChange] {
    var changes: [Int: SiteChange] = [:]
    for id in self.sites {
      guard sites.indices.contains(id) else {
        throw GraphError(node: "site \(id)", problem: "is to be changed, but the network has \(sites.count) sites")
      }
      changes[id] = try siteChange(sites[id], known)
    }
    return changes
  }

  private func siteChange(_ site: ActivationSite, _ known: Findings) throws(GraphError) -> SiteChange {
    let answer = change.needs.flatMap { known[$0] }
    switch change {
    case .noIntercepts: return .noIntercepts
    case .firstSegment: return .firstFunction
    case .uniformAttention: return .uniformAttention
    case .isStatic: return .constant(Self.initial(site.activation))
    case .frozen:
      guard let mean = (answer as? FunctionsFinding).flatMap({ Self.mean($0.sites[site.id].coefficients) }) else {
        throw GraphError(
          node: site.node, problem: "is to be frozen at its mean, but there are channels without usable coefficients")
      }
      return .constant(mean)
    case .anotherImage(let ordinal):
      guard let image = answer as? ImageFinding, image.images > 0 else {
        throw GraphError(
          node: site.node, problem: "is to have the coefficients of image \(ordinal), which could not be read")
      }
      return .constant(Self.coefficients(image.functions[site.id]))
    }
  }

  /// One image's slopes and intercepts, as they are.
  private static func coefficients(_ functions: ImageFunctions) -> ConstantCoefficients {
    func rows(_ value: (_ segment: Int, _ channel: Int) -> Float) -> [[Float]] {
      (0..<functions.segments).map { segment in (0..<functions.channels).map { value(segment, $0) } }
    }
    return ConstantCoefficients(
      slopes: rows { functions.slope(segment: $0, channel: $1) },
      intercepts: rows { functions.intercept(segment: $0, channel: $1) })
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

extension WhatIf.Change: Codable {
  /// Reads a word, for one image's coefficients with the image's place: `another-image 17`.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    if let plain = Self.plain.first(where: { $0.word == text }) {
      self = plain
      return
    }
    let parts = text.split(separator: " ")
    guard parts.count == 2, parts[0] == Self.anotherImageWord, let ordinal = Int(parts[1]), ordinal >= 0 else {
      throw decoder.corrupted("an unknown change, \(text)")
    }
    self = .anotherImage(ordinal: ordinal)
  }

  /// Writes the same.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(image.map { "\(word) \($0)" } ?? word)
  }
}
