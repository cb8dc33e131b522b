import Networks
import Tensors

/// The most extreme pairs of one site, every position of it, found by one worker.
public final class ExtremeStatistics: SiteObserver, @unchecked Sendable {
  /// The site's id.
  public let site: Int
  private let order: ExtremeOrder
  private var found: ExtremesFinding
  /// The image that is being looked at, and its most extreme pair so far.
  private var ordinal: Int?
  private var best: ExtremePair?

  /// Starts empty.
  ///
  /// - Parameters:
  ///   - site: the id of the site.
  ///   - order: by what pairs are extreme.
  ///   - sites: all sites of the network.
  /// - Throws: `GraphError` when there is no such site.
  public init(site: Int, order: ExtremeOrder, of sites: [ActivationSite]) throws(GraphError) {
    _ = try sites.asked(site, for: "extremes")
    self.site = site
    self.order = order
    found = ExtremesFinding(question: .extremes(site: site, order: order))
  }

  /// Looks for a pair that is more extreme than those of the image before.
  public func observe(_ sample: ActivationSample, of site: ActivationSite, image: ImageIdentity) {
    guard site.id == self.site else { return }
    if image.ordinal != ordinal {
      settle()
      ordinal = image.ordinal
    }
    let (stride, channels) = (sample.channelStride, sample.channels)
    var (best, finite) = (best, 0)
    sample.x.withSpan { x in
      sample.y.withSpan { y in
        for row in 0..<sample.count {
          let elements = row * stride..<row * stride + channels
          let (x, y) = (x.extracting(elements), y.extracting(elements))
          finite += PairRow.finiteCount(x, y)
          let position = sample.firstPosition + row * sample.positionStep
          if let found = order.extreme(x, y, after: best, at: position, ordinal: image.ordinal) { best = found }
        }
      }
    }
    self.best = best
    found.pairs += UInt64(sample.count * channels)
    found.notFinite += UInt64(sample.count * channels - finite)
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
    if let best { found.insert(best) }
    (ordinal, best) = (nil, nil)
  }
}

extension ExtremeOrder {
  /// The most extreme of a row's pairs, one for each channel, if it comes before `best`; of equal ones the first.
  fileprivate func extreme(
    _ x: Span<Float>, _ y: Span<Float>, after best: ExtremePair?, at position: Int, ordinal: Int
  ) -> ExtremePair? {
    let largest = largestKey(x, y)
    let least = best?.key ?? Self.none
    // A later position comes first only by its key or by its channel.
    guard largest > least || largest == least && (best?.channel ?? 0) > 0 else { return nil }
    guard let channel = x.indices.first(where: { key(x[$0], y[$0]) == largest }) else { return nil }
    guard largest > least || channel < best?.channel ?? 0 else { return nil }
    return ExtremePair(
      ordinal: ordinal, channel: channel, position: position, x: x[channel], y: y[channel], key: largest)
  }
}
