import CTurboJPEG

/// JPEG by libjpeg-turbo through TurboJPEG, with the settings that Pillow leaves at their defaults: accurate DCT, smooth upsampling.
@safe final class JPEGDecoder {
  private let handle: tjhandle

  init() {
    guard let handle = unsafe tjInitDecompress() else { fatalError("out of memory for a JPEG decoder") }
    unsafe self.handle = handle
  }

  deinit {
    unsafe tjDestroy(handle)  // made in init, used by nobody else
  }

  /// Reads the markers up to the first scan.
  func header(of file: FileBytes) throws(ImageFailure.Reason) -> ImageHeader {
    var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    // Reads only the file's bytes.
    let status = unsafe file.withPointer {
      unsafe tjDecompressHeader3(handle, $0, UInt($1), &width, &height, &subsampling, &space)
    }
    // Unusual subsampling is an error for planar output alone, which is not asked for; warnings are judged when decoding.
    guard status == 0 || (width > 0 && height > 0 && space >= 0) else { throw failure(in: file) }
    let layout: ImageHeader.Layout =
      switch UInt32(bitPattern: space) {
      case TJCS_GRAY.rawValue: .grey
      case TJCS_CMYK.rawValue, TJCS_YCCK.rawValue: .invertedCMYK
      default: .color
      }
    return ImageHeader(format: .jpeg, width: Int(width), height: Int(height), layout: layout)
  }

  /// Decodes into `image`, prepared for `header`.
  func decode(
    _ file: FileBytes, header: ImageHeader, into image: inout PixelImage
  ) throws(ImageFailure.Reason) {
    let succeeded =
      switch header.layout {
      case .grey: decode(file, header, TJPF_GRAY, into: &image.grey)
      case .color: decode(file, header, TJPF_RGBX, into: &image.color)
      case .invertedCMYK: decode(file, header, TJPF_CMYK, into: &image.color)
      }
    guard !succeeded else { return }
    let failure = failure(in: file)
    // Stray bytes and the like leave every pixel defined; missing data does not.
    let isWarning = unsafe tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
    if isWarning, case .broken(_, let words) = failure, !words.contains("remature end") { return }
    throw failure
  }

  private func decode<Pixel>(
    _ file: FileBytes, _ header: ImageHeader, _ format: TJPF, into pixels: inout [Pixel]
  ) -> Bool {
    let stride = MemoryLayout<Pixel>.stride
    precondition(pixels.count >= header.width * header.height)
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    // The room was checked; TurboJPEG writes at most the width and height that it is told, at the given pitch.
    let status = unsafe file.withPointer { bytes, count in
      unsafe pixels.withUnsafeMutableBytes { room in
        unsafe tjDecompress2(
          handle, bytes, UInt(count), room.baseAddress?.assumingMemoryBound(to: UInt8.self),
          Int32(header.width), Int32(header.width * stride), Int32(header.height), Int32(format.rawValue), flags)
      }
    }
    return status == 0
  }

  /// What the last call complained of.
  private func failure(in file: FileBytes) -> ImageFailure.Reason {
    if lacksEnd(file.bytes) { return .truncated(.jpeg) }
    // The handle's own text, valid until its next call, and copied here.
    let text = unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) } ?? "unknown error"
    let words = text.split(separator: "(): ").last.map(String.init) ?? text
    return words.hasPrefix("Unsupported") || words.hasPrefix("Could not determine")
      ? .unsupported(.jpeg, words) : .broken(.jpeg, words)
  }
}

/// Whether the file stops before the marker that ends an image.
private func lacksEnd(_ bytes: ArraySlice<UInt8>) -> Bool {
  var position = 2
  while position + 1 < bytes.count {
    let marker = bytes[position + 1]
    guard bytes[position] == 0xFF, marker != 0, marker != 0xFF, !(0xD0...0xD7).contains(marker) else {
      position += 1  // entropy-coded data, fill bytes, restart markers
      continue
    }
    if marker == 0xD9 { return false }
    guard marker != 0xD8, marker != 1 else {
      position += 2
      continue
    }
    guard position + 3 < bytes.count else { return true }
    position += 2 + Int(bytes[position + 2]) << 8 + Int(bytes[position + 3])
  }
  return true
}
