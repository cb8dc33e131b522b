/// Counts of which most are 0: by channel, or by position.
public struct SparseCounts: Sendable, Equatable {
  /// One count that is not 0.
  public struct Entry: Sendable, Equatable {
    /// What is counted, from 0.
    public let index: Int
    /// How often.
    public let count: Int
  }

  /// By rising index.
  public let entries: [Entry]

  /// The counts that are not 0.
  init(_ counts: [UInt32]) {
    entries = counts.indices.lazy.filter { counts[$0] > 0 }.map { Entry(index: $0, count: Int(counts[$0])) }
  }

  /// All of them together.
  public var total: Int { entries.reduce(0) { $0 + $1.count } }

  /// The largest first, equal ones by index.
  public var byCount: [Entry] { entries.sorted { ($1.count, $0.index) < ($0.count, $1.index) } }
}

extension SparseCounts: Codable {
  /// Reads indices and counts, each pair in one integer; refuses what was not written so.
  public init(from decoder: any Decoder) throws {
    let packed = try PackedCounts(from: decoder).values
    entries = packed.map { Entry(index: Int($0 >> 32), count: Int($0 & 0xFFFF_FFFF)) }
    guard entries.allSatisfy({ $0.count > 0 }), zip(entries, entries.dropFirst()).allSatisfy({ $0.index < $1.index })
    else { throw decoder.corrupted("counts without order") }
  }

  /// Writes indices and counts, each pair in one integer.
  public func encode(to encoder: any Encoder) throws {
    try PackedCounts(entries.map { UInt64($0.index) << 32 | UInt64($0.count) }).encode(to: encoder)
  }
}
