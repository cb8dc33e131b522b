/// A picture of 16 colours at most as a PNG file: four bits a pixel, the same bytes on every machine whatever its
/// compression library.
package enum IndexedPNG {
  package static func bytes(_ picture: Drawing.Picture) -> [UInt8] {
    let stride = (picture.columns + 1) / 2
    var rows: [UInt8] = []
    rows.reserveCapacity((stride + 1) * picture.rows)
    for row in 0..<picture.rows {
      rows.append(0)
      let start = row * picture.columns
      for pair in 0..<stride {
        let left = picture.pixels[start + 2 * pair]
        let right = 2 * pair + 1 < picture.columns ? picture.pixels[start + 2 * pair + 1] : 0
        rows.append(left << 4 | right)
      }
    }
    let header = bigEndian(UInt32(picture.columns)) + bigEndian(UInt32(picture.rows)) + [4, 3, 0, 0, 0]
    return signature + chunk("IHDR", header)
      + chunk("PLTE", picture.palette.flatMap { [$0.red, $0.green, $0.blue] })
      + chunk("IDAT", Deflate.zlib(rows, rowLength: stride + 1)) + chunk("IEND", [])
  }

  package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// A chunk with its length and its check sum.
  package static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + content + bigEndian(crc(content))
  }

  package static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The check sum of PNG's chunks (CRC-32, reflected polynomial 0xEDB88320).
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }
}

extension IndexedPNG {
  /// A PNG file with text about it put behind its header: what image viewers and catalogues show. Characters beyond
  /// Latin are UTF-8 (iTXt).
  package static func adding(_ texts: [(keyword: String, text: String)], dotsPerMeter: UInt32, to file: [UInt8])
    -> [UInt8]
  {
    // Signature, and the header's length, type, 13 bytes and check sum.
    let headerEnd = 8 + 4 + 4 + 13 + 4
    precondition(file.count > headerEnd && Array(file.prefix(8)) == signature, "a PNG file begins with its signature")
    let density = chunk("pHYs", bigEndian(dotsPerMeter) + bigEndian(dotsPerMeter) + [1])
    let words = texts.flatMap { chunk("iTXt", Array($0.keyword.utf8) + [0, 0, 0, 0, 0] + Array($0.text.utf8)) }
    return Array(file[..<headerEnd]) + density + words + Array(file[headerEnd...])
  }
}
