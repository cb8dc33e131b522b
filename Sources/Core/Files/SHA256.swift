import CDigest

/// A SHA-256 digest (FIPS 180-4) of bytes that come in pieces, as `sha256sum` prints it.
package struct SHA256 {
  private var context = SHA2_CTX()

  /// Of nothing yet.
  package init() { unsafe SHA256Init(&context) }

  /// Adds bytes.
  package mutating func add(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe SHA256Update(&context, buffer.baseAddress, buffer.count)
    }
  }

  /// 32 bytes.
  package var bytes: [UInt8] {
    var context = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    unsafe digest.withUnsafeMutableBufferPointer { unsafe SHA256Final($0.baseAddress, &context) }
    return digest
  }

  /// 64 hexadecimal digits.
  package var text: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of a file, which is read in pieces.
  package static func file(_ path: String) throws(RegularFile.Failure) -> String {
    let file = try RegularFile(path: PathBytes(path.utf8))
    var digest = SHA256()
    for start in stride(from: 0, to: file.size, by: 1 << 20) {
      digest.add(try file.read(start..<min(start + 1 << 20, file.size)))
    }
    return digest.text
  }
}
