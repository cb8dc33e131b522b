import CWebP

/// WebP by libwebp: lossy and lossless still images.
enum WebPDecoder {
  /// Reads the RIFF and VP8 headers.
  static func header(of file: FileBytes) throws(ImageFailure.Reason) -> ImageHeader {
    let bytes = file.bytes
    guard bytes.count >= 16 else { throw .truncated(.webp) }
    let promised = (0..<4).reduce(8) { $0 + Int(bytes[4 + $1]) << (8 * $1) }
    guard promised <= bytes.count else { throw .truncated(.webp) }
    var features = WebPBitstreamFeatures()
    let status = unsafe file.withPointer { unsafe WebPGetFeatures($0, $1, &features) }  // within the file
    try check(status)
    guard features.has_animation == 0 else { throw .unsupported(.webp, "it is animated") }
    return ImageHeader(format: .webp, width: Int(features.width), height: Int(features.height), layout: .color)
  }

  /// Decodes into `image`, prepared for the header.
  static func decode(_ file: FileBytes, into image: inout PixelImage) throws(ImageFailure.Reason) {
    let (width, height) = (image.width, image.height)
    let status = unsafe file.withPointer { bytes, count in
      unsafe image.withPointer(pixelBytes: 3) { room in
        var config = unsafe WebPDecoderConfig()
        guard unsafe WebPInitDecoderConfig(&config) != 0 else { return VP8_STATUS_INVALID_PARAM }
        unsafe config.output.colorspace = MODE_RGB
        unsafe config.output.is_external_memory = 1
        // libwebp compares the image with this room before it writes.
        unsafe config.output.u.RGBA.rgba = room
        unsafe config.output.u.RGBA.stride = Int32(width * 3)
        unsafe config.output.u.RGBA.size = width * height * 3
        let status = unsafe WebPDecode(bytes, count, &config)
        unsafe WebPFreeDecBuffer(&config.output)
        return status
      }
    }
    try check(status)
  }

  private static func check(_ status: VP8StatusCode?) throws(ImageFailure.Reason) {
    switch status {
    case VP8_STATUS_OK: return
    case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: throw .truncated(.webp)
    case VP8_STATUS_OUT_OF_MEMORY: throw .broken(.webp, "out of memory")
    case VP8_STATUS_UNSUPPORTED_FEATURE: throw .unsupported(.webp, "it uses a feature that libwebp does not decode")
    default: throw .broken(.webp, "bitstream error")
    }
  }
}
