#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open regular file whose parts are read into memory. Not mapped: a mapped file that shrinks kills the process.
package struct RegularFile: ~Copyable {
  /// Bytes in the file when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens `path`; refuses what is not a regular file, without waiting (as for a pipe).
  init(path: String) throws(Problem) {
    guard !path.utf8.contains(0) else { throw Problem("a path cannot hold a zero byte") }
    // The path's bytes live during the call.
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw Self.systemError("cannot be opened") }
    do throws(Problem) {
      size = try Self.size(of: opened)
    } catch {
      close(opened)
      throw error
    }
    descriptor = opened
  }

  private static func size(of descriptor: Int32) throws(Problem) -> Int {
    var status = stat()
    // The system call fills the value that it is handed, and keeps no pointer.
    guard unsafe fstat(descriptor, &status) == 0 else { throw systemError("cannot be examined") }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw Problem("is a folder, but a model file is expected")
    default: throw Problem("is not a regular file")
    }
  }

  deinit { close(descriptor) }

  /// The bytes `range`, all of them.
  func read(_ range: Range<Int>) throws(Problem) -> [UInt8] {
    var failure: Problem?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        // Inside the buffer: count < range.count.
        let got = unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + count }, range.count - count, range.lowerBound + count)
        if got > 0 {
          count += got
        } else if got == 0 {
          failure = Problem("became shorter while it was read")
          return
        } else if errno != EINTR {
          failure = Self.systemError("cannot be read")
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private static func systemError(_ what: String) -> Problem {
    // The text belongs to the C library and is copied at once.
    Problem("\(what): \(unsafe String(cString: strerror(errno)))")
  }
}
