import KernelInterface
import Networks

/// What can be asked of a run: a value that the screen, the exports and the workers understand alike.
public enum Question: Sendable, Hashable, Codable {
  /// Slopes, intercepts and what follows from them, at every site.
  case functions
  /// How often one site's inputs x and outputs y were seen together.
  case density(site: Int)
  /// The same of one channel alone.
  case channelDensity(site: Int, channel: Int)
  /// How the images were classified.
  case classification
  /// The images that could not be read.
  case skipped

  /// Whether every run counts it from its first image on; the others take a pass over the images of their own, from
  /// when they are asked.
  public var isStanding: Bool {
    switch self {
    case .functions, .density, .classification, .skipped: true
    case .channelDensity: false
    }
  }

  /// What answers it.
  var finding: any Finding.Type {
    switch self {
    case .functions: FunctionsFinding.self
    case .density, .channelDensity: DensityFinding.self
    case .classification: ClassificationStatistics.self
    case .skipped: SkippedImages.self
    }
  }

  /// The last site that an answer needs the network for; nil for all of it.
  public var lastSite: Int? {
    switch self {
    case .density(let site), .channelDensity(let site, _): site
    case .functions, .classification, .skipped: nil
    }
  }

  /// What one worker counts in a pass of the question's own; nil for what every run counts.
  ///
  /// - Parameters:
  ///   - sites: The network's.
  ///   - kernels: What counts quickly.
  /// - Throws: ``GraphError`` when the network does not have what is asked for.
  public func observer(of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) -> (any FindingObserver)? {
    switch self {
    case .functions, .density, .classification, .skipped: nil
    case .channelDensity(let site, let channel):
      try ChannelDensityStatistics(site: site, channel: channel, of: sites, kernels: kernels)
    }
  }
}
