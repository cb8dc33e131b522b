import CWebP

/// WebP by libwebp: lossy and lossless images; of an animation its first frame on a black canvas, as Pillow reads it.
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
    return ImageHeader(format: .webp, width: Int(features.width), height: Int(features.height), layout: .color)
  }

  /// Decodes into `image`, prepared for the header.
  static func decode(_ file: FileBytes, into image: inout PixelImage) throws(ImageFailure.Reason) {
    let canvas = Area(x: 0, y: 0, width: image.width, height: image.height)
    let status = unsafe file.withPointer { bytes, count in
      unsafe image.withPointer(pixelBytes: 3) { room in
        var features = WebPBitstreamFeatures()
        let status = unsafe WebPGetFeatures(bytes, count, &features)
        guard status == VP8_STATUS_OK else { return status }
        guard features.has_animation != 0 else { return unsafe decode(bytes, count, area: canvas, of: canvas, room) }
        return unsafe decodeFirstFrame(of: WebPData(bytes: bytes, size: count), on: canvas, room)
      }
    }
    try check(status)
  }

  /// Columns and rows of the canvas that a picture covers.
  private struct Area {
    var (x, y, width, height): (Int, Int, Int, Int)
  }

  @unsafe private static func decodeFirstFrame(
    of data: WebPData, on canvas: Area, _ room: UnsafeMutablePointer<UInt8>
  ) -> VP8StatusCode {
    var data = unsafe data
    // Refuses frames that do not lie on the canvas.
    guard let demuxer = unsafe WebPDemux(&data) else { return VP8_STATUS_BITSTREAM_ERROR }
    defer { unsafe WebPDemuxDelete(demuxer) }
    var frame = unsafe WebPIterator()
    guard unsafe WebPDemuxGetFrame(demuxer, 1, &frame) != 0 else { return VP8_STATUS_BITSTREAM_ERROR }
    defer { unsafe WebPDemuxReleaseIterator(&frame) }
    let area = unsafe Area(
      x: Int(frame.x_offset), y: Int(frame.y_offset), width: Int(frame.width), height: Int(frame.height))
    guard area.x >= 0, area.y >= 0, area.x + area.width <= canvas.width, area.y + area.height <= canvas.height else {
      return VP8_STATUS_BITSTREAM_ERROR
    }
    unsafe room.update(repeating: 0, count: canvas.width * canvas.height * 3)
    return unsafe decode(frame.fragment.bytes, frame.fragment.size, area: area, of: canvas, room)
  }

  /// Decodes one picture into its area of the canvas, which begins at `room`.
  @unsafe private static func decode(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, area: Area, of canvas: Area, _ room: UnsafeMutablePointer<UInt8>
  ) -> VP8StatusCode {
    var config = unsafe WebPDecoderConfig()
    guard unsafe WebPInitDecoderConfig(&config) != 0 else { return VP8_STATUS_INVALID_PARAM }
    let start = (area.y * canvas.width + area.x) * 3
    unsafe config.output.colorspace = MODE_RGB
    unsafe config.output.is_external_memory = 1
    // libwebp compares the picture with this room before it writes.
    unsafe config.output.u.RGBA.rgba = room + start
    unsafe config.output.u.RGBA.stride = Int32(canvas.width * 3)
    unsafe config.output.u.RGBA.size = canvas.width * canvas.height * 3 - start
    let status = unsafe WebPDecode(bytes, count, &config)
    unsafe WebPFreeDecBuffer(&config.output)
    return status
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
