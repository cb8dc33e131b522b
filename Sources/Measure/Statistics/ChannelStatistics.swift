import KernelInterface
import Networks

/// What each channel of one site does, every position of it, counted by one worker.
public final class ChannelStatistics: SiteObserver, @unchecked Sendable {
  /// The site's id.
  public let site: Int
  private var counter: ChannelCounter
  private var found: ChannelsFinding

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - site: the id of the site.
  ///   - sites: all sites of the network.
  ///   - kernels: what counts quickly.
  /// - Throws: `GraphError` when there is no such site.
  public init(site: Int, of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) {
    let asked = try sites.asked(site, for: "its channels")
    self.site = site
    found = ChannelsFinding(asked)
    counter = ChannelCounter(asked, segments: found.lines.segments, kernels: kernels)
  }

  /// Adds an image's lines; its pairs follow.
  public func observe(_ coefficients: ActivationCoefficients, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    settle()
    found.lines.add(coefficients)
    counter.begin(coefficients, channels: found.pairs.channels)
  }

  /// Counts the pairs.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    counter.count(sample)
  }

  /// Counts images.
  public func finish(images: Int) {
    settle()
    found.images += images
  }

  /// What was found, for the one question that this answers.
  public func finding(_ question: Question) -> (any Finding)? { question == found.question ? found : nil }

  private func settle() { counter.settle(into: &found.pairs) }
}
