/// An image file as a sequence of chunks: PNG's chunks, WebP's RIFF chunks, JPEG's segments.
struct ChunkedFile {
  enum Format { case png, webp, jpeg }

  /// One chunk. In JPEG the entropy-coded data that follow a scan's header belong to it.
  struct Chunk {
    /// Four letters, or a marker's code.
    var type: [UInt8]
    var content: [UInt8]
    /// What follows the content and is not counted in its length: entropy-coded data.
    var rest: [UInt8] = []
    /// A wrong length; nil for the right one.
    var length: UInt64?
    /// Whether a check sum is wrong.
    var hasWrongSum = false
  }

  let format: Format
  var chunks: [Chunk] = []
  /// A wrong length of the whole file (WebP); nil for the right one.
  var length: UInt64?

  /// The chunks of a valid file; nil for another format.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      format = .jpeg
      readSegments(bytes)
    } else if bytes.starts(with: Self.signature) {
      format = .png
      readChunks(bytes, from: 8, isBig: true, typeFirst: false, tail: 4, even: false)
    } else if bytes.starts(with: "RIFF".utf8), bytes.count > 12 {
      format = .webp
      readChunks(bytes, from: 12, isBig: false, typeFirst: true, tail: 0, even: true)
    } else {
      return nil
    }
  }

  /// The file's bytes, lengths and check sums made anew where nothing else was asked.
  var bytes: [UInt8] {
    switch format {
    case .jpeg: [0xFF, 0xD8] + chunks.flatMap(Self.segment)
    case .png: Self.signature + chunks.flatMap(Self.pngChunk)
    case .webp: webp
    }
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private mutating func readChunks(
    _ bytes: [UInt8], from start: Int, isBig: Bool, typeFirst: Bool, tail: Int, even: Bool
  ) {
    var position = start
    while position + 8 <= bytes.count {
      let type = Array(bytes[(position + (typeFirst ? 0 : 4))..<(position + (typeFirst ? 4 : 8))])
      let field = bytes[(position + (typeFirst ? 4 : 0))..<(position + (typeFirst ? 8 : 4))]
      let length = (isBig ? Array(field) : field.reversed()).reduce(0) { $0 << 8 | Int($1) }
      let end = min(bytes.count, position + 8 + length)
      chunks.append(Chunk(type: type, content: Array(bytes[position + 8..<end])))
      position = end + tail + (even ? length % 2 : 0)
    }
  }

  private mutating func readSegments(_ bytes: [UInt8]) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let code = bytes[position + 1]
      if code == 0xD9 {
        chunks.append(Chunk(type: [code], content: [], rest: Array(bytes[(position + 2)...])))
        return
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = min(bytes.count, position + 2 + max(2, length))
      var next = end
      if code == 0xDA {
        while next + 1 < bytes.count, bytes[next] != 0xFF || bytes[next + 1] == 0 || bytes[next + 1] & 0xF8 == 0xD0 {
          next += 1
        }
      }
      chunks.append(Chunk(type: [code], content: Array(bytes[position + 4..<end]), rest: Array(bytes[end..<next])))
      position = next
    }
    chunks.append(Chunk(type: [0xD9], content: []))
  }

  private static func field(_ number: UInt64, _ width: Int, isBig: Bool) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (isBig ? width - 1 - $0 : $0))) }
  }

  private static func segment(_ chunk: Chunk) -> [UInt8] {
    let code = chunk.type.first ?? 0xFE
    guard code != 0xD9, !(0xD0...0xD7).contains(code) else { return [0xFF, code] + chunk.rest }
    return [0xFF, code] + field(chunk.length ?? UInt64(chunk.content.count + 2), 2, isBig: true) + chunk.content
      + chunk.rest
  }

  private static func pngChunk(_ chunk: Chunk) -> [UInt8] {
    let body = chunk.type + chunk.content
    let sum = UInt64(checkSum(body)) ^ (chunk.hasWrongSum ? 1 : 0)
    return field(chunk.length ?? UInt64(chunk.content.count), 4, isBig: true) + body + field(sum, 4, isBig: true)
  }

  private var webp: [UInt8] {
    let body = chunks.flatMap { chunk -> [UInt8] in
      let count = chunk.content.count
      return chunk.type + Self.field(chunk.length ?? UInt64(count), 4, isBig: false) + chunk.content
        + (count % 2 == 0 ? [] : [0])
    }
    return Array("RIFF".utf8) + Self.field(length ?? UInt64(body.count + 4), 4, isBig: false) + Array("WEBP".utf8)
      + body
  }

  /// CRC-32 of ISO 3309, as PNG has it.
  static func checkSum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }

  private static let table: [UInt32] = (0..<256 as Range<UInt32>).map { index in
    (0..<8).reduce(index) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }
}
