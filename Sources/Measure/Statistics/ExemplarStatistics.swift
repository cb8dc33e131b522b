import Networks

/// The pairs of one site in a region of the plane, every position of it, counted by one worker.
public final class ExemplarStatistics: SiteObserver, @unchecked Sendable {
  /// The site's id.
  public let site: Int
  private var counter: RegionCounter
  private var found: ExemplarsFinding
  /// The image that ``counter`` is about.
  private var ordinal: Int?

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - site: the id of the site.
  ///   - region: which pairs.
  ///   - sites: all sites of the network.
  /// - Throws: `GraphError` when there is no such site.
  public init(site: Int, region: PairRegion, of sites: [ActivationSite]) throws(GraphError) {
    let asked = try sites.asked(site, for: "exemplars")
    self.site = site
    counter = RegionCounter(region, shape: asked.shape)
    found = ExemplarsFinding(
      question: .exemplars(site: site, region: region), channels: asked.shape.channels)
  }

  /// Counts the pairs in the region.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    if image.ordinal != ordinal {
      settle()
      ordinal = image.ordinal
    }
    counter.count(sample)
  }

  /// Counts images.
  public func finish(images: Int) {
    settle()
    found.images += images
  }

  /// What was found, for the one question that this answers.
  public func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }

  /// Adds the image that was looked at, all of which has been seen.
  private func settle() {
    guard let ordinal else { return }
    self.ordinal = nil
    found.add(counter, ordinal: ordinal)
    counter.reset()
  }
}

extension ExemplarsFinding {
  /// Adds one image's pairs.
  fileprivate mutating func add(_ counter: RegionCounter, ordinal: Int) {
    pairs += UInt64(counter.pairs)
    notFinite += UInt64(counter.notFinite)
    guard counter.inside > 0 else { return }
    matchingImages += 1
    for channel in byChannel.indices { byChannel[channel] += UInt64(counter.channels[channel]) }
    guard takes(pairs: counter.inside, ordinal: ordinal) else { return }
    insert(
      Exemplar(
        ordinal: ordinal, pairs: counter.inside, channels: SparseCounts(counter.channels),
        positions: SparseCounts(counter.positions)))
  }
}
