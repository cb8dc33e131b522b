public import Tensors

/// Offsets of a map's channels in an order, as runs of neighbours where that is shorter.
public struct OffsetRuns: Sendable {
  /// Offsets in all.
  public let count: Int
  /// One behind the largest offset.
  public let end: Int
  /// Whether zeros stand among them.
  public let hasZeros: Bool
  /// Runs, or 0 where each offset is named.
  public let runs: Int
  /// First offset and length of each run; or each offset. Negative for zeros.
  public let table: AlignedStorage<Int32>

  /// Offsets in the order of `offsets`, which is not empty; nil for zeros.
  public init(_ offsets: [Int?]) {
    precondition(!offsets.isEmpty, "at least one element")
    var found: [(first: Int?, count: Int)] = []
    for offset in offsets {
      let last = found.last
      if let last, last.first.map({ $0 + last.count }) == offset {
        found[found.count - 1].count += 1
      } else {
        found.append((offset, 1))
      }
    }
    count = offsets.count
    end = offsets.reduce(0) { max($0, $1 ?? 0) } + 1
    hasZeros = offsets.contains(nil)
    let hasRuns = 4 * found.count <= offsets.count || found.count == 1
    runs = hasRuns ? found.count : 0
    table = Self.table(hasRuns ? found.flatMap { [$0.first, $0.count] } : offsets)
  }

  /// The first `count` channels.
  public init(first count: Int) { self.init(Array(0..<count)) }

  /// Numbers of 32 bits, -1 for nil.
  static func table(_ offsets: [Int?]) -> AlignedStorage<Int32> {
    let table = AlignedStorage<Int32>(count: offsets.count)
    for (index, offset) in offsets.enumerated() {
      precondition((offset ?? 0) >= 0, "offsets before the map")
      table[index] = Int32(offset ?? -1)
    }
    return table
  }
}
