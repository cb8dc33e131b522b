import Networks

/// What each channel of one site does: its functions over the images, and its pairs.
public struct ChannelsFinding: Finding {
  /// Which site.
  public let question: Question
  /// Images seen.
  public internal(set) var images = 0
  /// Slopes and intercepts, by coefficient channel.
  public internal(set) var lines: ChannelLines
  /// Pairs, by channel.
  public internal(set) var pairs: ChannelPairs

  /// Nothing seen.
  init(_ site: ActivationSite) {
    question = .channels(site: site.id)
    lines = ChannelLines(site)
    pairs = ChannelPairs(segments: lines.segments, channels: site.shape.channels)
  }

  /// The coefficient channel that a channel's functions have.
  public func coefficientChannel(of channel: Int) -> Int { lines.channels == 1 ? 0 : channel }

  /// Adds the same channels on other images.
  public mutating func merge(_ other: ChannelsFinding) throws(FindingMismatch) {
    guard lines.fits(other.lines), pairs.fits(other.pairs) else {
      throw FindingMismatch("\(question): \(pairs.channels) channels and \(other.pairs.channels)")
    }
    images += other.images
    lines.merge(other.lines)
    pairs.merge(other.pairs)
  }
}

extension ChannelsFinding {
  /// Reads a finding; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    question = try container.decode(Question.self, forKey: .question)
    images = try container.decode(Int.self, forKey: .images)
    lines = try container.decode(ChannelLines.self, forKey: .lines)
    pairs = try container.decode(ChannelPairs.self, forKey: .pairs)
    guard lines.channels == 1 || lines.channels == pairs.channels, pairs.onSegment.count == lines.segments else {
      throw decoder.corrupted("\(question): functions and pairs of different channels")
    }
  }
}

extension ChannelsFinding {
  /// Functions and channels of the site.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .channels(let id) = question else { throw FindingMismatch("\(question) is answered by no channels") }
    let site = try checked(id, in: sites)
    let empty = ChannelsFinding(site)
    try require(
      images >= 0 && lines.fits(empty.lines) && pairs.fits(empty.pairs), "functions or channels of another site")
  }
}
