import KernelInterface
import Networks
import Tensors

/// The density of one channel of one site, every position of it, counted by one worker.
public final class ChannelDensityStatistics: SiteObserver, @unchecked Sendable {
  /// The site's id.
  public let site: Int
  private let channel: Int
  private let density = Density()
  private let binPairs: @Sendable (BinningCall) -> BinningResult
  private var images = 0

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - site: the id of the site.
  ///   - channel: the channel, from 0.
  ///   - sites: all sites of the network.
  ///   - kernels: counts pairs.
  /// - Throws: ``GraphError`` when there is no such channel.
  public init(site: Int, channel: Int, of sites: [ActivationSite], kernels: KernelTable) throws(GraphError) {
    let asked = try sites.asked(site, for: "channel \(channel)")
    let channels = asked.shape.channels
    guard (0..<channels).contains(channel) else {
      throw GraphError(node: asked.node, problem: "is asked for channel \(channel), but has \(channels)")
    }
    self.site = site
    self.channel = channel
    binPairs = kernels.binPairs
  }

  /// Counts the channel's pairs.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site, channel < sample.channels else { return }
    density.count(
      Density.Pairs(
        x: sample.x[channel..<sample.x.count], y: sample.y[channel..<sample.y.count], runs: sample.count, length: 1,
        stride: sample.channelStride),
      binPairs: binPairs)
  }

  /// Counts images.
  public func finish(images: Int) { self.images += images }

  /// The density, for the one question that this answers.
  public func finding(_ question: Question) -> (any Finding)? {
    guard question == .channelDensity(site: site, channel: channel) else { return nil }
    return DensityFinding(
      question: question, share: 1, images: images, grid: density.grid, totals: density.totals)
  }
}
