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
  /// The pairs of one site in a region of the plane, and the images with most of them.
  case exemplars(site: Int, region: PairRegion)
  /// The most extreme pairs of one site, one of each image.
  case extremes(site: Int, order: ExtremeOrder)
  /// What each channel of one site does.
  case channels(site: Int)
  /// How far slopes depend on the class that an image is labelled with, one of so many, at one site or at all.
  case slopeClasses(site: Int?, classes: Int)
  /// What changes do to the network's results, each beside the unchanged network on the same images.
  case effects([WhatIf])
  /// What the network makes of one image, by its place in the source's order, and what one site does with it.
  case image(ordinal: Int, site: Int?)
  /// The classes that the network gives some images, by their places in the source's order.
  case predictions([Int])
  /// How the images were classified.
  case classification
  /// The images that could not be read.
  case skipped

  /// Whether every run counts it from its first image on; the others take a pass over the images of their own, from
  /// when they are asked.
  public var isStanding: Bool {
    switch self {
    case .functions, .density, .classification, .skipped: true
    case .channelDensity, .exemplars, .extremes, .channels, .slopeClasses, .effects, .image, .predictions: false
    }
  }

  /// What answers it.
  public var finding: any Finding.Type {
    switch self {
    case .functions: FunctionsFinding.self
    case .density, .channelDensity: DensityFinding.self
    case .exemplars: ExemplarsFinding.self
    case .extremes: ExtremesFinding.self
    case .channels: ChannelsFinding.self
    case .slopeClasses: SlopeClassesFinding.self
    case .effects: EffectsFinding.self
    case .image: ImageFinding.self
    case .predictions: PredictionsFinding.self
    case .classification: ClassificationStatistics.self
    case .skipped: SkippedImages.self
    }
  }

  /// The last site that an answer needs the network for; nil for all of it.
  public var lastSite: Int? {
    switch self {
    case .density(let site), .channelDensity(let site, _), .exemplars(let site, _), .extremes(let site, _),
      .channels(let site):
      site
    case .slopeClasses(let site, _): site
    case .functions, .effects, .image, .predictions, .classification, .skipped: nil
    }
  }

  /// The only images that it is about, by their places in the source's order; nil where it is about all.
  public var images: Set<Int>? {
    switch self {
    case .image(let ordinal, _): [ordinal]
    case .predictions(let ordinals): Set(ordinals)
    default: nil
    }
  }

  /// Networks run for an answer, roughly: those that take least are answered first.
  public var cost: Int { images == nil ? (whatIfs?.count ?? 1) : 0 }

  /// The changed networks that run beside the unchanged one; nil where the question is about one network.
  public var whatIfs: [WhatIf]? {
    guard case .effects(let whatIfs) = self else { return nil }
    return whatIfs
  }

  /// What must be known of the unchanged network first, from all the images that it is about; each once.
  public var needs: [Question] {
    var needs: [Question] = []
    for need in (whatIfs ?? []).compactMap(\.change.needs) where !needs.contains(need) { needs.append(need) }
    return needs
  }

  /// What one worker counts in a pass of the question's own; nil for what only a subject's first pass counts, and for
  /// changed networks.
  ///
  /// - Parameters:
  ///   - sites: The network's.
  ///   - kernels: What counts quickly.
  /// - Throws: ``GraphError`` when the network does not have what is asked for.
  public func observer(of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) -> (any FindingObserver)? {
    switch self {
    // Alone, without the densities that a subject's first pass counts beside them.
    case .functions: ActivationStatistics(sites: sites, selection: .nothing, kernels: kernels)
    case .density, .effects, .classification, .skipped: nil
    case .predictions(let ordinals): PredictionStatistics(ordinals)
    case .image(_, let site): try ImageObserver(self, site: site, of: sites, kernels: kernels)
    case .channelDensity(let site, let channel):
      try ChannelDensityStatistics(site: site, channel: channel, of: sites, kernels: kernels)
    case .exemplars(let site, let region): try ExemplarStatistics(site: site, region: region, of: sites)
    case .extremes(let site, let order): try ExtremeStatistics(site: site, order: order, of: sites)
    case .channels(let site): try ChannelStatistics(site: site, of: sites, kernels: kernels)
    case .slopeClasses(let site, let classes): try SlopeClassStatistics(site: site, classes: classes, of: sites)
    }
  }
}
