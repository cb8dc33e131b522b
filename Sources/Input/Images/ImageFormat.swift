/// The file formats that are decoded, told apart by their first bytes.
public enum ImageFormat: String, Sendable, CaseIterable {
  /// JPEG, baseline or progressive.
  case jpeg = "JPEG"
  /// Portable Network Graphics.
  case png = "PNG"
  /// WebP, lossy or lossless.
  case webp = "WebP"

  /// Bytes that ``init(signature:)`` needs to tell every format.
  static let signatureLength = 12

  /// The format whose signature starts `bytes`, or nil.
  init?(signature bytes: some Collection<UInt8>) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      self = .webp
    } else {
      return nil
    }
  }
}
