import Images
import Testing

struct ImageDecoderTests {
  @Test("Every file decodes to Pillow's pixels, in colour and in grey")
  func pixels() throws {
    let golden = try GoldenImages.load()
    try #require(golden.images.count >= 30)
    let (color, grey) = (plainReader(channels: 3), plainReader(channels: 1))
    for image in golden.images {
      let bytes = try GoldenImages.bytes("sources/\(image.file)")
      for (reader, suffix) in [(color, "rgb"), (grey, "l")] {
        let result = try reader.decode(bytes: bytes)
        #expect(result.height == image.height && result.width == image.width, "\(image.file)")
        let expected = try GoldenImages.bytes("pixels/\(image.file).\(suffix)")
        try #require(result.pixels.count == expected.count, "\(image.file) \(suffix)")
        let worst = zip(result.pixels, expected).map { abs(Int($0) - Int($1)) }.max()
        #expect(worst == 0, "\(image.file) \(suffix) differs by up to \(worst ?? 0)")
      }
    }
  }

  @Test("A photo-sized JPEG decodes to Pillow's pixels")
  func largePixels() throws {
    for image in try GoldenImages.load().large {
      let pixels = try plainReader(channels: 3).decode(bytes: GoldenImages.bytes("sources/\(image.file)")).pixels
      #expect(fingerprint(pixels) == image.pixelsHash)
    }
  }

  @Test("Decoding again in the same reader gives the same pixels, whatever came before")
  func reuse() throws {
    let reader = plainReader(channels: 3)
    let files = try GoldenImages.load().images.map(\.file)
    let first = try files.map { try reader.decode(bytes: GoldenImages.bytes("sources/\($0)")).pixels }
    for (file, pixels) in zip(files, first).reversed() {
      #expect(try reader.decode(bytes: GoldenImages.bytes("sources/\(file)")).pixels == pixels, "\(file)")
    }
  }
}
