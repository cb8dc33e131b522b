import CTurboJPEG

/// JPEG by libjpeg-turbo through TurboJPEG, with the settings that Pillow leaves at their defaults: accurate DCT,
/// smooth upsampling.
@safe final class JPEGDecoder {
  private var handle: tjhandle

  init() { unsafe handle = Self.makeHandle() }

  deinit {
    unsafe tjDestroy(handle)  // made here, used by nobody else
  }

  private static func makeHandle() -> tjhandle {
    guard let handle = unsafe tjInitDecompress() else { fatalError("out of memory for a JPEG decoder") }
    return unsafe handle
  }

  /// Reads the markers up to the first scan.
  func header(of file: FileBytes) throws(ImageFailure.Reason) -> ImageHeader {
    // A handle keeps the Huffman and quantisation tables of earlier files, which a file without its own would silently
    // borrow, and the state of a header that failed. With a handle for each file a result depends on that file alone.
    unsafe tjDestroy(handle)
    unsafe handle = Self.makeHandle()
    var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    // Reads only the file's bytes.
    let status = unsafe file.withPointer {
      unsafe tjDecompressHeader3(handle, $0, UInt($1), &width, &height, &subsampling, &space)
    }
    // Unusual subsampling is an error for planar output alone, which is not asked for; warnings are judged when
    // decoding.
    guard status == 0 || (width > 0 && height > 0 && space >= 0) else { throw failure(in: file) }
    let layout: ImageHeader.Layout =
      switch UInt32(bitPattern: space) {
      case TJCS_GRAY.rawValue: .grey
      case TJCS_CMYK.rawValue, TJCS_YCCK.rawValue: .invertedCMYK
      default: .color
      }
    return ImageHeader(format: .jpeg, width: Int(width), height: Int(height), layout: layout)
  }

  /// Decodes into `image`, prepared for `header`. Damage that libjpeg would paint over is an error; oddities that cost
  /// no pixel are not.
  func decode(
    _ file: FileBytes, header: ImageHeader, into image: inout PixelImage
  ) throws(ImageFailure.Reason) {
    guard !decode(file, header, into: &image, stopping: true) else { return }
    guard complaint().isHarmless else { throw failure(in: file) }
    guard !decode(file, header, into: &image, stopping: false) else { return }
    // Whatever ends the decoding is the last that it says.
    guard complaint().isHarmless else { throw failure(in: file) }
  }

  /// False when there was any complaint; with `stopping` the first of them ends the decoding.
  private func decode(
    _ file: FileBytes, _ header: ImageHeader, into image: inout PixelImage, stopping: Bool
  ) -> Bool {
    switch header.layout {
    case .grey: decode(file, header, TJPF_GRAY, pixelBytes: 1, into: &image, stopping)
    case .color: decode(file, header, TJPF_RGB, pixelBytes: 3, into: &image, stopping)
    case .invertedCMYK: decode(file, header, TJPF_CMYK, pixelBytes: 4, into: &image, stopping)
    }
  }

  private func decode(
    _ file: FileBytes, _ header: ImageHeader, _ format: TJPF, pixelBytes: Int, into image: inout PixelImage,
    _ stopping: Bool
  ) -> Bool {
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS | (stopping ? TJFLAG_STOPONWARNING : 0)
    // The image checks the room; TurboJPEG writes at most the width and height that it is told, at the given pitch.
    let status = unsafe file.withPointer { bytes, count in
      unsafe image.withPointer(pixelBytes: pixelBytes) { room in
        unsafe tjDecompress2(
          handle, bytes, UInt(count), room, Int32(header.width), Int32(header.width * pixelBytes),
          Int32(header.height), Int32(format.rawValue), flags)
      }
    }
    return status == 0
  }

  private func failure(in file: FileBytes) -> ImageFailure.Reason {
    if !JPEGMarkers(file.bytes).hasEnd { return .truncated(.jpeg) }
    let words = complaint().words
    return words.hasPrefix("Unsupported") || words.hasPrefix("Could not determine")
      ? .unsupported(.jpeg, words) : .broken(.jpeg, words)
  }

  /// The last words of the last call.
  private func complaint() -> Complaint {
    // The handle's own text, valid until its next call, and copied here.
    let text = unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) } ?? "unknown error"
    return Complaint(words: text.split(separator: "(): ").last.map(String.init) ?? text)
  }
}

/// What libjpeg says; its error code does not tell a warning that was followed by an error from a mere warning, its
/// text does.
private struct Complaint {
  var words: String

  /// Whether every pixel is defined all the same.
  var isHarmless: Bool {
    words.contains("extraneous bytes before marker") || words.contains("bad ICC marker")
      || words.hasPrefix("Unknown Adobe color transform") || words.hasPrefix("Warning: unknown JFIF revision")
      || words.hasPrefix("Invalid SOS parameters for sequential")
  }
}
