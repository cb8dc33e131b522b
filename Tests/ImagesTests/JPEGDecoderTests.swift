import Images
import Testing

struct JPEGDecoderTests {
  @Test("Stray bytes that cost no pixel are passed over, as Pillow does")
  func strayBytes() throws {
    let bytes = try GoldenImages.bytes("sources/420.jpg")
    let frame = try start(of: 0xC0, in: bytes)
    let stray = bytes[..<frame] + [1, 2, 3] + bytes[frame...]
    let reader = plainReader(channels: 3)
    #expect(try reader.decode(bytes: Array(stray)).pixels == reader.decode(bytes: bytes).pixels)
  }

  @Test("Scan data that end too early are damage, although libjpeg would paint over them")
  func missingScanData() throws {
    let bytes = try GoldenImages.bytes("sources/420.jpg")
    let cut = bytes.dropLast(400) + [0xFF, 0xD9]
    #expect(throws: ImageFailure.Reason.broken(.jpeg, "Corrupt JPEG data: premature end of data segment")) {
      try plainReader(channels: 3).decode(bytes: Array(cut))
    }
  }

  @Test("A file without quantisation tables does not borrow those of the file before it")
  func noBorrowedTables() throws {
    let bytes = try GoldenImages.bytes("sources/420.jpg")
    let tables = try start(of: 0xDB, in: bytes)
    let length = Int(bytes[tables + 2]) << 8 + Int(bytes[tables + 3])
    let stripped = Array(bytes[..<tables] + bytes[(tables + 2 + length)...])
    let reader = plainReader(channels: 3)
    _ = try reader.decode(bytes: bytes)
    #expect(throws: ImageFailure.Reason.self) { try reader.decode(bytes: stripped) }
  }

  /// Where the first marker of this kind is.
  private func start(of marker: UInt8, in bytes: [UInt8]) throws -> Int {
    try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == marker })
  }
}
