/// Changes of safetensors archives: of the length, of the header as bytes and as JSON, of the JSON inside its texts, of
/// the tensors' bytes, and of the whole file.
package enum ArchiveMutation {
  /// A changed archive.
  ///
  /// - Parameters:
  ///   - original: The archive to change.
  ///   - other: One of which parts may come into it.
  ///   - key: The text of the metadata that is JSON itself.
  package static func mutate(
    _ original: [UInt8], other: [UInt8], key: String, _ random: inout FuzzRandom
  ) -> [UInt8] {
    guard let parts = ArchiveParts(original) else { return ByteMutation.mutate(original, other: other, &random) }
    var (header, data) = (parts.header, parts.data)
    switch random.below(10) {
    case 0: return ByteMutation.mutate(original, other: other, &random)
    case 1: return ArchiveParts.bytes(length: ByteMutation.number(&random), header, data)
    case 2: header = ByteMutation.mutate(header, &random)
    case 3, 4: header = JSONMutation.mutate(header, &random)
    case 5...7: header = mutateText(key, in: header, &random)
    case 8: data = ByteMutation.mutate(data, &random)
    default:
      // Another file's tensors, or its header, beside this one's.
      guard let others = ArchiveParts(other) else { return original }
      if random.isOne(in: 2) { header = others.header } else { data = others.data }
    }
    return ArchiveParts.bytes(length: UInt64(header.count), header, data)
  }

  /// The header with the JSON of one of its texts changed.
  private static func mutateText(_ key: String, in header: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    guard let place = ArchiveParts.text(key, in: header) else { return JSONMutation.mutate(header, &random) }
    let changed = JSONMutation.mutate(unquoted(header[place]), &random)
    return Array(header[..<place.lowerBound]) + quoted(changed) + Array(header[place.upperBound...])
  }

  /// What a JSON string says; escapes other than those of quotes, backslashes and line ends stay as they are.
  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), text)
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(next)
      case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
      default: bytes += [byte, next]
      }
    }
    return bytes
  }

  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): Array("\\n".utf8)
      default: [byte]
      }
    }
  }
}

/// The parts of a safetensors archive, unchecked.
struct ArchiveParts {
  var header: [UInt8]
  var data: [UInt8]

  /// Nil where the length lies outside the file.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 8 else { return nil }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { return nil }
    header = Array(bytes[8..<8 + Int(length)])
    data = Array(bytes[(8 + Int(length))...])
  }

  static func bytes(length: UInt64, _ header: [UInt8], _ data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + data
  }

  /// Where the text under a key stands, without its quotes.
  static func text(_ key: String, in header: [UInt8]) -> Range<Int>? {
    let mark = Array("\"\(key)\":\"".utf8)
    guard header.count > mark.count else { return nil }
    guard
      let start = (0...header.count - mark.count).first(where: { header[$0..<$0 + mark.count].elementsEqual(mark) })
    else { return nil }
    var end = start + mark.count
    while end < header.count, header[end] != UInt8(ascii: "\"") { end += header[end] == UInt8(ascii: "\\") ? 2 : 1 }
    return end < header.count ? start + mark.count..<end : nil
  }
}
