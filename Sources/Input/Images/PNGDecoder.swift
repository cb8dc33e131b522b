import CPNGDecode

/// PNG by libpng, behind a shim in C that keeps libpng's jumps to itself.
enum PNGDecoder {
  /// Reads the IHDR chunk, which the format puts first.
  static func header(of file: FileBytes) throws(ImageFailure.Reason) -> ImageHeader {
    let bytes = file.bytes
    guard bytes.count >= 33 else { throw .truncated(.png) }
    func word(_ offset: Int) -> Int {
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
    guard word(8) == 13, word(12) == 0x4948_4452 else { throw .broken(.png, "IHDR is not the first chunk") }
    let (width, height, colorType) = (word(16), word(20), bytes[25])
    guard width < 1 << 31, height < 1 << 31 else { throw .broken(.png, "an extent of 31 bits or more") }
    let hasColor = colorType & 2 != 0
    return ImageHeader(format: .png, width: width, height: height, layout: hasColor ? .color : .grey)
  }

  /// Decodes into `image`, prepared for `header`.
  static func decode(
    _ file: FileBytes, header: ImageHeader, into image: inout PixelImage
  ) throws(ImageFailure.Reason) {
    var message = [CChar](repeating: 0, count: 128)
    let pixelBytes = image.channels
    // The image checks the room; the shim refuses a file that disagrees with the extents it is told.
    let status = unsafe file.withPointer { bytes, count in
      unsafe image.withPointer(pixelBytes: pixelBytes) { room in
        unsafe cpng_decode(
          bytes, count, UInt32(header.width), UInt32(header.height), Int32(pixelBytes), room, &message, message.count)
      }
    }
    switch UInt32(status ?? Int32(CPNG_BROKEN.rawValue)) {
    case CPNG_DECODED.rawValue: return
    case CPNG_TRUNCATED.rawValue: throw .truncated(.png)
    default: throw .broken(.png, words(message))
    }
  }
}

/// The text before the first zero.
func words(_ message: [CChar]) -> String {
  String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
