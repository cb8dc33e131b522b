/// A zip archive in memory whose members are stored as they are.
package struct ZipArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  package init() {}

  /// Adds a member; `flags` are those of its header (1 for an encrypted one, 2048 for a name in UTF-8).
  package mutating func add(_ name: [UInt8], _ data: [UInt8], flags: Int = 0) {
    let facts =
      Self.number(20, 2) + Self.number(flags, 2) + Self.number(0, 2) + Self.number(0, 2) + Self.number(33, 2)
      + Self.number(Self.checksum(data), 4) + Self.number(data.count, 4) + Self.number(data.count, 4)
      + Self.number(name.count, 2) + Self.number(0, 2)
    directory +=
      [0x50, 0x4B, 1, 2] + Self.number(0x031E, 2) + facts + Self.number(0, 6) + Self.number(0o100644 << 16, 4)
      + Self.number(bytes.count, 4) + name
    bytes += [0x50, 0x4B, 3, 4] + facts + name + data
    count += 1
  }

  package mutating func add(_ name: String, _ data: [UInt8], flags: Int = 0) {
    add(Array(name.utf8), data, flags: flags)
  }

  /// The whole archive.
  package var ended: [UInt8] {
    bytes + directory + [0x50, 0x4B, 5, 6] + Self.number(0, 4) + Self.number(count, 2) + Self.number(count, 2)
      + Self.number(directory.count, 4) + Self.number(bytes.count, 4) + Self.number(0, 2)
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ data: [UInt8]) -> Int {
    var sum: UInt32 = .max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return Int(~sum)
  }
}
