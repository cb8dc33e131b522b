/// A tar archive in memory, member by member, right or as wrong as a test wants it.
package struct TarArchive {
  /// What a header says a member is.
  package enum Kind: UInt8, CaseIterable {
    case file = 0x30
    case hardLink, symbolicLink, device, blockDevice, folder, pipe
  }

  private static let block = 512
  /// What was added; without the two blocks of zeros that end an archive.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// The whole archive.
  package var ended: [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.block) }

  /// Adds a member; a name of more than 100 bytes as GNU's tar writes it.
  ///
  /// - Parameters:
  ///   - name: Its bytes, without a zero.
  ///   - data: What it holds.
  ///   - claimed: The size that its header tells, where that is another one.
  package mutating func add(_ name: [UInt8], _ data: [UInt8] = [], _ kind: Kind = .file, claimed: Int? = nil) {
    if name.count > 100 { append(Array("././@LongLink".utf8), type: 0x4C, size: name.count + 1, data: name + [0]) }
    append(Array(name.prefix(100)), type: kind.rawValue, size: claimed ?? data.count, data: data)
  }

  package mutating func add(_ name: String, _ data: [UInt8] = [], _ kind: Kind = .file, claimed: Int? = nil) {
    add(Array(name.utf8), data, kind, claimed: claimed)
  }

  private mutating func append(_ name: [UInt8], type: UInt8, size: Int, data: [UInt8]) {
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: [UInt8], at place: Int) { header.replaceSubrange(place..<place + text.count, with: text) }
    func octal(_ value: Int, digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(size, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    header[156] = type
    if (0x31...0x32).contains(type) { put(Array("target".utf8), at: 157) }
    put(Array("ustar".utf8) + [0, 0x30, 0x30], at: 257)
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + [0, 0x20], at: 148)
    bytes += header + data
    bytes += [UInt8](repeating: 0, count: (Self.block - data.count % Self.block) % Self.block)
  }
}
