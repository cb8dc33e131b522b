/// What a ``TopList`` can hold: different images' entries have a total order, so that lists merge exactly.
protocol Ranked: Sendable, Equatable {
  /// The image that it is about, by its place in the source's order.
  var ordinal: Int { get }
  /// Whether it stands before another image's.
  func precedes(_ other: Self) -> Bool
}

/// The first entries by their order, one for each image at most: the same for any number of workers, order and split.
struct TopList<Entry: Ranked>: Sendable, Equatable {
  /// At most ``capacity``, in order.
  private(set) var entries: [Entry] = []

  /// Entries kept at most.
  static var capacity: Int { 100 }

  /// Whether an entry would be kept.
  func takes(_ precedesLast: (Entry) -> Bool) -> Bool {
    guard entries.count == Self.capacity, let last = entries.last else { return true }
    return precedesLast(last)
  }

  /// Adds an image's entry.
  mutating func insert(_ entry: Entry) {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].precedes(entry) { low = middle + 1 } else { high = middle }
    }
    guard low < Self.capacity else { return }
    entries.insert(entry, at: low)
    if entries.count > Self.capacity { entries.removeLast() }
  }

  /// Adds other images' entries.
  mutating func merge(_ other: TopList) { for entry in other.entries { insert(entry) } }
}

extension TopList: Codable where Entry: Codable {
  init(from decoder: any Decoder) throws {
    entries = try decoder.singleValueContainer().decode([Entry].self)
    guard entries.count <= Self.capacity, zip(entries, entries.dropFirst()).allSatisfy({ $0.precedes($1) }),
      Set(entries.map(\.ordinal)).count == entries.count
    else { throw decoder.corrupted("\(entries.count) entries that are no list of the first \(Self.capacity)") }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }
}
