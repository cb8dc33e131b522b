#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where the program prints.
package enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// To be called before any file is opened: a standard stream that whoever started the program closed leads nowhere
  /// from then on, so that no file gets its number and what is printed.
  package static func guardNumbers() {
    for number in 0...2 as ClosedRange<Int32> where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      // The lowest number that is free is this one. What can only be read refuses what is written to it.
      _ = unsafe open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes all of `text`, at once.
  ///
  /// - Throws: ``FileError`` where it cannot be written. A pipe that nobody reads any more ends the program by SIGPIPE.
  package func write(_ text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // The slice lives until the call returns.
      let written = unsafe rest.withUnsafeBytes { unsafe Self.write(rawValue, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&wanted, 1, -1)
      } else if errno != EINTR {
        throw failure()
      }
    }
  }

  private func failure() -> FileError {
    let error = FileError(operation: "write", path: self == .output ? "standard output" : "standard error")
    if errno == EPIPE, self == .output {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    return error
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes, count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes, count)
    #else
      unsafe Darwin.write(descriptor, bytes, count)
    #endif
  }
}
