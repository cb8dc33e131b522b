import Images
import Testing

/// One file of each kind that reaches another part of a decoder.
private let victims = [
  "420.jpg", "progressive.jpg", "restart.jpg", "cmyk.jpg", "grey.jpg", "rgb.png", "palette-4bit.png",
  "interlaced.png", "interlaced-grey-16bit.png", "rgba-16bit.png", "1bit.png", "lossy.webp", "lossless.webp",
  "lossy-alpha.webp", "animated.webp", "animated-part.webp",
]

struct HostileImageTests {
  @Test("A file cut anywhere before its last pixel throws", arguments: victims)
  func truncated(file: String) throws {
    let reader = plainReader(channels: 3)
    let bytes = try GoldenImages.bytes("sources/\(file)")
    // A PNG's pixels may be complete without the check sums and the empty chunk at the end.
    let needed = file.hasSuffix("png") ? bytes.count - 24 : bytes.count
    for length in 0..<needed {
      #expect(throws: ImageFailure.Reason.self, "\(length) of \(bytes.count) bytes") {
        try reader.decode(bytes: Array(bytes.prefix(length)))
      }
    }
    #expect(throws: ImageFailure.Reason.truncated(format(of: file))) {
      try reader.decode(bytes: Array(bytes.prefix(bytes.count * 3 / 4)))
    }
  }

  @Test("A header that promises more than 100 megapixels is refused by the header alone")
  func giant() throws {
    let reader = plainReader(channels: 3)
    var png = Array(try GoldenImages.bytes("sources/rgb.png").prefix(33))
    png.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
    var jpeg = try GoldenImages.bytes("sources/420.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xEA, 0x60, 0xEA, 0x60])
    for bytes in [png, jpeg] {
      #expect(throws: ImageFailure.Reason.tooManyPixels(width: 60000, height: 60000, limit: 100_000_000)) {
        try reader.decode(bytes: bytes)
      }
    }
    // VP8L keeps both extents, less one, in the 28 bits after its signature.
    var webp = try GoldenImages.bytes("sources/lossless.webp")
    webp.replaceSubrange(21..<24, with: [0xFF, 0xFF, 0xFF])
    webp[24] |= 0x0F
    #expect(throws: ImageFailure.Reason.tooManyPixels(width: 16384, height: 16384, limit: 100_000_000)) {
      try reader.decode(bytes: webp)
    }
  }

  @Test("The pixel limit itself is allowed, one less is not")
  func limit() throws {
    let bytes = try GoldenImages.bytes("sources/rgb.png")
    let pixels = 29 * 37
    #expect(throws: Never.self) {
      try plainReader(channels: 3, limits: ImageLimits(pixels: pixels)).decode(bytes: bytes)
    }
    #expect(throws: ImageFailure.Reason.tooManyPixels(width: 37, height: 29, limit: pixels - 1)) {
      try plainReader(channels: 3, limits: ImageLimits(pixels: pixels - 1)).decode(bytes: bytes)
    }
  }

  @Test("A side longer than the limit is refused, by the header alone")
  func longSide() throws {
    let bytes = try GoldenImages.bytes("sources/rgb.png")
    #expect(throws: Never.self) {
      try plainReader(channels: 3, limits: ImageLimits(side: 37)).decode(bytes: bytes)
    }
    #expect(throws: ImageFailure.Reason.sideTooLong(width: 37, height: 29, limit: 36)) {
      try plainReader(channels: 3, limits: ImageLimits(side: 36)).decode(bytes: bytes)
    }
    // 100,000,000 x 1: within the limit of pixels, but the weights of its resize would take gigabytes.
    var png = Array(bytes.prefix(33))
    png.replaceSubrange(16..<24, with: [0x05, 0xF5, 0xE1, 0, 0, 0, 0, 1])
    #expect(throws: ImageFailure.Reason.sideTooLong(width: 100_000_000, height: 1, limit: 1_000_000)) {
      try plainReader(channels: 3).decode(bytes: png)
    }
  }

  @Test("More scans than the limit allows for the image's size are refused, by the markers alone")
  func scans() throws {
    let bytes = try GoldenImages.bytes("sources/progressive.jpg")
    func markers(_ code: UInt8) -> [Int] {
      bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == code }
    }
    let scans = markers(0xDA)
    let whole = try plainReader(channels: 3).decode(bytes: bytes)
    let pixels = whole.height * whole.width
    try #require(scans.count > 3)
    let fits = ImageLimits(scannedPixels: scans.count * pixels)
    #expect(throws: Never.self) { try plainReader(channels: 3, limits: fits).decode(bytes: bytes) }
    let tight = ImageLimits(scannedPixels: scans.count * pixels - 1)
    #expect(
      throws: ImageFailure.Reason.tooManyScans(
        scans: scans.count, width: whole.width, height: whole.height, limit: tight.scannedPixels)
    ) {
      try plainReader(channels: 3, limits: tight).decode(bytes: bytes)
    }
    // The last scan again and again, which is valid.
    let end = try #require(markers(0xD9).last)
    let last = bytes[(scans.last ?? 0)..<end]
    let bomb = Array(bytes[..<end]) + (0..<400).flatMap { _ in last } + bytes[end...]
    let limits = ImageLimits(scannedPixels: 100 * pixels)
    #expect(throws: ImageFailure.Reason.self) { try plainReader(channels: 3, limits: limits).decode(bytes: bomb) }
    let baseline = try GoldenImages.bytes("sources/420.jpg")
    let one = try plainReader(channels: 3).decode(bytes: baseline)
    #expect(throws: Never.self) {
      try plainReader(channels: 3, limits: ImageLimits(scannedPixels: one.height * one.width)).decode(bytes: baseline)
    }
  }

  @Test("Random bytes after a valid signature throw")
  func rubbish() throws {
    let reader = plainReader(channels: 1)
    var random = SplitMix(state: 1)
    let riff = Array("RIFF".utf8) + [0, 1, 0, 0] + Array("WEBP".utf8)
    let signatures: [[UInt8]] = [
      [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], riff, riff + Array("VP8L".utf8), [],
    ]
    for signature in signatures {
      for length in [0, 1, 30, 300, 3000] {
        let bytes = signature + (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(throws: ImageFailure.Reason.self) { try reader.decode(bytes: bytes) }
      }
    }
    #expect(throws: ImageFailure.Reason.empty) { try reader.decode(bytes: []) }
  }

  @Test("An animated WebP without a frame is broken")
  func animationWithoutFrames() throws {
    // An extended header whose animation bit is set, the global parameters and no frame.
    let chunks = Array("VP8X".utf8) + [10, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 7, 0, 0]
    let animation = Array("ANIM".utf8) + [6, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let bytes = Array("RIFF".utf8) + [UInt8(4 + 18 + 14), 0, 0, 0] + Array("WEBP".utf8) + chunks + animation
    #expect(throws: ImageFailure.Reason.broken(.webp, "bitstream error")) {
      try plainReader(channels: 3).decode(bytes: bytes)
    }
  }

  private func format(of file: String) -> ImageFormat {
    file.hasSuffix("jpg") ? .jpeg : file.hasSuffix("png") ? .png : .webp
  }
}

/// A fixed sequence of random numbers (splitmix64).
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
