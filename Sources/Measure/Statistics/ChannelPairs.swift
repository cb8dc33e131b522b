/// The pairs (x, y) of one site, for each channel; merges exactly.
public struct ChannelPairs: Sendable, Equatable {
  /// Pairs seen.
  public internal(set) var seen: [UInt64]
  /// Those with neither a NaN nor an infinity.
  public internal(set) var finite: [UInt64]
  /// Finite pairs with x < 0.
  public internal(set) var negative: [UInt64]
  /// Finite pairs with x < 0 and y > 0.
  public internal(set) var positiveFromNegative: [UInt64]
  /// Finite pairs of which a segment gives max_k(a_k x + b_k), the first of equal ones, by segment; functions that
  /// ``ChannelLines`` leaves out give none.
  public internal(set) var onSegment: [[UInt64]]
  /// The smallest output of a finite pair; infinity without one.
  public internal(set) var smallest: [Float]
  /// The largest; -infinity without one.
  public internal(set) var largest: [Float]

  /// Nothing seen.
  init(segments: Int, channels: Int) {
    let none = [UInt64](repeating: 0, count: channels)
    (seen, finite, negative, positiveFromNegative) = (none, none, none, none)
    onSegment = Array(repeating: none, count: segments)
    smallest = Array(repeating: .infinity, count: channels)
    largest = Array(repeating: -.infinity, count: channels)
  }

  /// Channels counted.
  public var channels: Int { seen.count }

  /// Whether another one is of the same site.
  func fits(_ other: ChannelPairs) -> Bool {
    channels == other.channels && onSegment.count == other.onSegment.count
  }

  /// Adds other images' pairs.
  mutating func merge(_ other: ChannelPairs) {
    for channel in 0..<channels {
      seen[channel] += other.seen[channel]
      finite[channel] += other.finite[channel]
      negative[channel] += other.negative[channel]
      positiveFromNegative[channel] += other.positiveFromNegative[channel]
      for segment in onSegment.indices { onSegment[segment][channel] += other.onSegment[segment][channel] }
      smallest[channel] = min(smallest[channel], other.smallest[channel])
      largest[channel] = max(largest[channel], other.largest[channel])
    }
  }

  /// The share of a channel's pairs that lies on each segment, 0...1; empty where there are no segments or no pairs.
  public func segmentShares(channel: Int) -> [Double] {
    let whole = onSegment.reduce(0) { $0 + $1[channel] }
    return whole == 0 ? [] : onSegment.map { Double($0[channel]) / Double(whole) }
  }

  /// A channel's smallest and largest output; nil without a finite pair.
  public func outputs(channel: Int) -> ClosedRange<Float>? {
    finite[channel] == 0 ? nil : smallest[channel]...largest[channel]
  }
}

extension ChannelPairs: Codable {
  private enum Key: CodingKey { case seen, finite, negative, positiveFromNegative, onSegment, smallest, largest }

  /// Reads counts; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func counts(_ key: Key) throws -> [UInt64] { try container.decode(PackedCounts.self, forKey: key).values }
    func outputs(_ key: Key) throws -> [Float] {
      try counts(key).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }
    seen = try counts(.seen)
    finite = try counts(.finite)
    negative = try counts(.negative)
    positiveFromNegative = try counts(.positiveFromNegative)
    onSegment = try container.decode([PackedCounts].self, forKey: .onSegment).map(\.values)
    smallest = try outputs(.smallest)
    largest = try outputs(.largest)
    let lengths = [finite, negative, positiveFromNegative].map(\.count) + onSegment.map(\.count)
    guard (lengths + [smallest.count, largest.count]).allSatisfy({ $0 == seen.count }),
      seen.indices.allSatisfy({ channel in
        finite[channel] <= seen[channel] && negative[channel] <= finite[channel]
          && positiveFromNegative[channel] <= negative[channel] && seen[channel] < 1 << 56
          && onSegment.allSatisfy { $0[channel] <= finite[channel] }
          && (finite[channel] == 0 || smallest[channel] <= largest[channel])
      })
    else { throw decoder.corrupted("counts of \(seen.count) channels' pairs that do not go together") }
  }

  /// Writes the counts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(PackedCounts(seen), forKey: .seen)
    try container.encode(PackedCounts(finite), forKey: .finite)
    try container.encode(PackedCounts(negative), forKey: .negative)
    try container.encode(PackedCounts(positiveFromNegative), forKey: .positiveFromNegative)
    try container.encode(onSegment.map(PackedCounts.init), forKey: .onSegment)
    try container.encode(PackedCounts(smallest.map { UInt64($0.bitPattern) }), forKey: .smallest)
    try container.encode(PackedCounts(largest.map { UInt64($0.bitPattern) }), forKey: .largest)
  }
}
