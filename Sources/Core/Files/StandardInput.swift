#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the program is given on standard input: once.
package enum StandardInput {
  /// All of it, at most `count` bytes.
  package static func bytes(upTo count: Int) throws(RegularFile.Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < count {
      // The buffer is as long as what is asked for.
      let got = unsafe buffer.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .notRead(systemWords()) }
      if got == 0 { break }
      bytes.append(contentsOf: buffer.prefix(min(got, count - bytes.count)))
    }
    return bytes
  }
}
