/// What a file's header promises, known before any pixel memory is taken.
struct ImageHeader: Equatable {
  var format: ImageFormat
  var width: Int
  var height: Int
  /// How the decoder leaves the pixels.
  var layout: Layout

  enum Layout: Equatable {
    case grey
    /// Red, green, blue.
    case color
    /// Cyan, magenta, yellow, black, all inverted.
    case invertedCMYK
  }
}

/// Decodes JPEG, PNG and WebP files to the pixels that Pillow's `open(…).convert("RGB")` or `convert("L")` gives. One
/// per worker.
///
/// As in Pillow, orientation tags, colour profiles and gamma are not applied, and alpha is dropped, not blended.
final class ImageDecoder {
  private let jpeg = JPEGDecoder()

  /// Reads the header; throws when the format is unknown or `limits` are exceeded.
  func header(of file: FileBytes, limits: ImageLimits) throws(ImageFailure.Reason) -> ImageHeader {
    guard let format = ImageFormat(signature: file.bytes) else { throw .unknownFormat }
    let header =
      switch format {
      case .jpeg: try jpeg.header(of: file)
      case .png: try PNGDecoder.header(of: file)
      case .webp: try WebPDecoder.header(of: file)
      }
    guard header.width > 0, header.height > 0 else { throw .broken(format, "no pixels") }
    // A product of two 31-bit numbers does not overflow.
    guard header.width * header.height <= limits.pixels else {
      throw .tooManyPixels(width: header.width, height: header.height, limit: limits.pixels)
    }
    guard max(header.width, header.height) <= limits.side else {
      throw .sideTooLong(width: header.width, height: header.height, limit: limits.side)
    }
    if format == .jpeg {
      let scans = JPEGMarkers(file.bytes, forScans: true).scans
      guard scans * header.width * header.height <= limits.scannedPixels else {
        throw .tooManyScans(
          scans: scans, width: header.width, height: header.height, limit: limits.scannedPixels)
      }
    }
    return header
  }

  /// Decodes the file whose header is `header` into grey (`channels` is 1) or colour; a grey file stays grey for
  /// `channels` 3.
  func decode(
    _ file: FileBytes, header: ImageHeader, channels: Int, into image: inout PixelImage
  ) throws(ImageFailure.Reason) {
    image.prepare(width: header.width, height: header.height, layout: header.layout)
    switch header.format {
    case .jpeg: try jpeg.decode(file, header: header, into: &image)
    case .png: try PNGDecoder.decode(file, header: header, into: &image)
    case .webp: try WebPDecoder.decode(file, into: &image)
    }
    if header.layout == .invertedCMYK { image.convertFromInvertedCMYK() }
    if channels == 1 { image.convertToGrey() }
  }
}
