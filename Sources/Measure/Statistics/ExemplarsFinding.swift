import Networks

/// The pairs of one site that lie in a region of the plane: how many, in which channels, and the images with most of
/// them.
public struct ExemplarsFinding: Finding {
  /// Which site and region.
  public let question: Question
  /// Images seen.
  public internal(set) var images = 0
  /// Pairs seen, those that are not finite included.
  public internal(set) var pairs: UInt64 = 0
  /// Pairs with a NaN or an infinity: they lie in no region.
  public internal(set) var notFinite: UInt64 = 0
  /// Pairs in the region, by channel.
  public internal(set) var byChannel: [UInt64]
  /// Images with a pair in the region.
  public internal(set) var matchingImages = 0
  private var top = TopList<Exemplar>()

  /// Nothing seen of a site with so many channels.
  init(question: Question, channels: Int) {
    self.question = question
    byChannel = Array(repeating: 0, count: channels)
  }

  /// The images with most pairs in the region, at most 100, equal ones in the source's order.
  public var exemplars: [Exemplar] { top.entries }
  /// Images that ``exemplars`` holds at most.
  public static var mostExemplars: Int { TopList<Exemplar>.capacity }
  /// Pairs in the region.
  public var found: UInt64 { byChannel.reduce(0, +) }
  /// Channels with a pair in the region.
  public var matchingChannels: Int { byChannel.count { $0 > 0 } }

  /// Whether an image with so many pairs would be among ``exemplars``.
  func takes(pairs: Int, ordinal: Int) -> Bool {
    top.takes { Exemplar.precedes((pairs, ordinal), ($0.pairs, $0.ordinal)) }
  }

  /// Adds an image to ``exemplars``.
  mutating func insert(_ exemplar: Exemplar) { top.insert(exemplar) }

  /// Adds the same pairs of other images.
  public mutating func merge(_ other: ExemplarsFinding) throws(FindingMismatch) {
    guard other.byChannel.count == byChannel.count else {
      throw FindingMismatch("\(question): \(byChannel.count) channels and \(other.byChannel.count)")
    }
    images += other.images
    pairs += other.pairs
    notFinite += other.notFinite
    for channel in byChannel.indices { byChannel[channel] += other.byChannel[channel] }
    matchingImages += other.matchingImages
    top.merge(other.top)
  }
}

/// One image's pairs in a region.
public struct Exemplar: Sendable, Equatable, Codable {
  /// The image's place in the source's order.
  public let ordinal: Int
  /// Its pairs in the region.
  public let pairs: Int
  /// The same by channel.
  public let channels: SparseCounts
  /// The same by position of the map, `row * width + column`.
  public let positions: SparseCounts
}

extension Exemplar: Ranked {
  func precedes(_ other: Exemplar) -> Bool { Self.precedes((pairs, ordinal), (other.pairs, other.ordinal)) }

  /// Most pairs first, equal ones in the source's order.
  fileprivate static func precedes(_ one: (pairs: Int, ordinal: Int), _ other: (pairs: Int, ordinal: Int)) -> Bool {
    (other.pairs, one.ordinal) < (one.pairs, other.ordinal)
  }
}

extension ExemplarsFinding {
  private enum Key: CodingKey { case question, images, pairs, notFinite, byChannel, matchingImages, top }

  /// Reads a finding; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    question = try container.decode(Question.self, forKey: .question)
    images = try container.decode(Int.self, forKey: .images)
    pairs = try container.decode(UInt64.self, forKey: .pairs)
    notFinite = try container.decode(UInt64.self, forKey: .notFinite)
    byChannel = try container.decode(PackedCounts.self, forKey: .byChannel).values
    matchingImages = try container.decode(Int.self, forKey: .matchingImages)
    top = try container.decode(TopList<Exemplar>.self, forKey: .top)
    let found = byChannel.reduce(UInt128(0)) { $0 + UInt128($1) }
    guard pairs < 1 << 56, found + UInt128(notFinite) <= UInt128(pairs), matchingImages >= 0, matchingImages <= images,
      exemplars.count == min(matchingImages, Self.mostExemplars),
      exemplars.allSatisfy({ own in
        own.pairs > 0 && own.channels.total == own.pairs && own.positions.total == own.pairs
          && own.channels.entries.allSatisfy { $0.index < byChannel.count }
      })
    else { throw decoder.corrupted("\(question): counts of pairs that do not go together") }
  }

  /// Writes the finding.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(question, forKey: .question)
    try container.encode(images, forKey: .images)
    try container.encode(pairs, forKey: .pairs)
    try container.encode(notFinite, forKey: .notFinite)
    try container.encode(PackedCounts(byChannel), forKey: .byChannel)
    try container.encode(matchingImages, forKey: .matchingImages)
    try container.encode(top, forKey: .top)
  }
}

extension ExemplarsFinding {
  /// Channels and positions of the site.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .exemplars(let id, _) = question else {
      throw FindingMismatch("\(question) is answered by no exemplars")
    }
    let shape = try checked(id, in: sites).shape
    try require(byChannel.count == shape.channels, "\(byChannel.count) channels of \(shape.channels)")
    try require(
      exemplars.allSatisfy { $0.ordinal >= 0 && $0.positions.entries.last?.index ?? 0 < shape.positions },
      "positions that the map does not have")
  }
}
