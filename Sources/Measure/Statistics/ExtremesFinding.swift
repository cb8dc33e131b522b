import Networks

/// The most extreme pairs of one site, one of each image.
public struct ExtremesFinding: Finding {
  /// Which site and order.
  public let question: Question
  /// Images seen.
  public internal(set) var images = 0
  /// Pairs seen, those that are not finite included.
  public internal(set) var pairs: UInt64 = 0
  /// Pairs with a NaN or an infinity: they are in no order.
  public internal(set) var notFinite: UInt64 = 0
  private var top = TopList<ExtremePair>()

  /// Nothing seen.
  init(question: Question) { self.question = question }

  /// Each image's most extreme pair, the first 100 by the order; equal ones by image, in the source's order. Of an
  /// image's equal pairs the one in the first channel counts, there the one at the first position.
  public var extremes: [ExtremePair] { top.entries }

  /// Adds an image.
  mutating func insert(_ pair: ExtremePair) { top.insert(pair) }

  /// Adds the same pairs of other images.
  public mutating func merge(_ other: ExtremesFinding) {
    images += other.images
    pairs += other.pairs
    notFinite += other.notFinite
    top.merge(other.top)
  }
}

extension ExtremesFinding {
  /// Reads a finding; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    question = try container.decode(Question.self, forKey: .question)
    images = try container.decode(Int.self, forKey: .images)
    pairs = try container.decode(UInt64.self, forKey: .pairs)
    notFinite = try container.decode(UInt64.self, forKey: .notFinite)
    top = try container.decode(TopList<ExtremePair>.self, forKey: .top)
    guard case .extremes(_, let order) = question, extremes.count <= images, notFinite <= pairs,
      extremes.allSatisfy({ $0.key == order.key($0.x, $0.y) })
    else { throw decoder.corrupted("\(question): \(extremes.count) pairs in another order") }
  }
}

/// One image's most extreme pair.
public struct ExtremePair: Sendable, Equatable, Ranked {
  /// The image's place in the source's order.
  public let ordinal: Int
  /// The channel, from 0.
  public let channel: Int
  /// Where on the map, `row * width + column`.
  public let position: Int
  /// The input.
  public let x: Float
  /// The output.
  public let y: Float
  /// Larger for a more extreme pair.
  let key: Int32

  /// |y - relu(x)|.
  public var gain: Double { abs(Double(y) - max(0, Double(x))) }

  func precedes(_ other: ExtremePair) -> Bool { (other.key, ordinal) < (key, other.ordinal) }
}

extension ExtremePair: Codable {
  private enum Key: CodingKey { case ordinal, channel, position, x, y, key }

  /// Reads a pair.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    ordinal = try container.decode(Int.self, forKey: .ordinal)
    channel = try container.decode(Int.self, forKey: .channel)
    position = try container.decode(Int.self, forKey: .position)
    x = Float(bitPattern: try container.decode(UInt32.self, forKey: .x))
    y = Float(bitPattern: try container.decode(UInt32.self, forKey: .y))
    key = try container.decode(Int32.self, forKey: .key)
    guard channel >= 0, position >= 0, x.isFinite, y.isFinite else {
      throw decoder.corrupted("a pair (\(x), \(y)) at position \(position) of channel \(channel)")
    }
  }

  /// Writes the pair, x and y by their bits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(ordinal, forKey: .ordinal)
    try container.encode(channel, forKey: .channel)
    try container.encode(position, forKey: .position)
    try container.encode(x.bitPattern, forKey: .x)
    try container.encode(y.bitPattern, forKey: .y)
    try container.encode(key, forKey: .key)
  }
}

extension ExtremesFinding {
  /// Channels and positions of the site.
  public func check(_ sites: [ActivationSite]) throws(FindingMismatch) {
    guard case .extremes(let id, _) = question else { throw FindingMismatch("\(question) is answered by no extremes") }
    let shape = try checked(id, in: sites).shape
    try require(
      extremes.allSatisfy { $0.ordinal >= 0 && $0.channel < shape.channels && $0.position < shape.positions },
      "channels or positions that the map does not have")
  }
}
