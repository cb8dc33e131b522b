import SystemMemory

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open regular file whose parts are read into memory. Not mapped: a mapped file that shrinks kills the process.
package struct RegularFile: ~Copyable {
  /// Why a file cannot be read; where the system refused, in its words.
  package enum Failure: Error, Equatable {
    case zeroByteInPath, folder, notRegular, shrunk
    case notOpened(String)
    case notExamined(String)
    case notRead(String)

    /// What follows a path in a message.
    package var words: String {
      switch self {
      case .zeroByteInPath: "a path cannot hold a zero byte"
      case .folder: "is a folder, but a file is expected"
      case .notRegular: "is not a regular file"
      case .shrunk: "became shorter while it was read"
      case .notOpened(let words): "cannot be opened: \(words)"
      case .notExamined(let words): "cannot be examined: \(words)"
      case .notRead(let words): "cannot be read: \(words)"
      }
    }
  }

  /// Bytes in the file when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// Opens `path`; refuses what is not a regular file, without waiting (as for a pipe).
  package init(path: PathBytes) throws(Failure) {
    guard !path.contains(0) else { throw .zeroByteInPath }
    let opened = unsafe open(terminated(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // path ends with a zero
    guard opened >= 0 else { throw .notOpened(systemWords()) }
    do throws(Failure) {
      size = try Self.size(of: opened)
    } catch {
      close(opened)
      throw error
    }
    descriptor = opened
  }

  private static func size(of descriptor: Int32) throws(Failure) -> Int {
    var status = stat()
    // The system call fills the value that it is handed, and keeps no pointer.
    guard unsafe fstat(descriptor, &status) == 0 else { throw .notExamined(systemWords()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw .folder
    default: throw .notRegular
    }
  }

  deinit { close(descriptor) }

  /// The bytes `range`, all of them.
  package func read(_ range: Range<Int>) throws(Failure) -> [UInt8] {
    guard range.count < 1 << 16 || SystemMemory.hasRoom(for: range.count) else {
      throw .notRead("no memory for its \(range.count) bytes")
    }
    var failure: Failure?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(Failure) {
        count = try unsafe fill(UnsafeMutableRawBufferPointer(buffer), count: range.count, from: range.lowerBound)
      } catch { failure = error }
    }
    if let failure { throw failure }
    guard bytes.count == range.count else { throw .shrunk }
    return bytes
  }

  /// Reads `count` bytes of the file, the first ones or those from `offset` on, to the beginning of `buffer`, which has
  /// room for them; returns how many there were.
  package func read(_ count: Int, from offset: Int = 0, into buffer: inout [UInt8]) throws(Failure) -> Int {
    precondition(buffer.count >= count, "room for the bytes")
    var result = Result<Int, Failure>.success(0)
    unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(Failure) {
        result = .success(try unsafe fill(bytes, count: count, from: offset))
      } catch { result = .failure(error) }
    }
    return try result.get()
  }

  /// Fills a buffer up to `count` bytes; fewer where the file ends.
  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int, from offset: Int
  ) throws(Failure) -> Int {
    var filled = 0
    while filled < count {
      // Inside the buffer: filled < count.
      let got = unsafe pread(
        descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled, off_t(offset + filled))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .notRead(systemWords()) }
      if got == 0 { break }
      filled += got
    }
    return filled
  }
}
