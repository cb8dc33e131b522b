#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's words for its last refusal.
func systemWords(_ code: Int32 = errno) -> String {
  unsafe String(cString: strerror(code))  // always a terminated string
}

/// The bytes of one file at a time, in a buffer that is kept from file to file.
struct FileBytes {
  private var buffer: [UInt8] = []
  /// Bytes of the file.
  private(set) var count = 0

  /// The file's bytes.
  var bytes: ArraySlice<UInt8> { buffer.prefix(count) }

  /// Calls `body` with the bytes for a decoder in C; the pointer ends with the call.
  @unsafe func withPointer<Result>(_ body: (UnsafePointer<UInt8>, Int) -> Result) -> Result? {
    unsafe buffer.withUnsafeBufferPointer { unsafe $0.baseAddress.map { unsafe body($0, count) } }
  }

  /// Replaces the content by that of the file at `path` (its bytes, without a final zero).
  mutating func load(path: [UInt8], limit: Int) throws(ImageFailure.Reason) {
    count = 0
    let name = path.map { CChar(bitPattern: $0) } + [0]
    // A pipe put in a file's place must not block the worker, hence without blocking; regular files do not care.
    let descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // name ends with a zero
    guard descriptor >= 0 else { throw .unreadable(systemWords()) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(systemWords()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile }
    let size = Int(status.st_size)
    guard size > 0 else { throw .empty }
    guard size <= limit else { throw .fileTooLarge(bytes: size, limit: limit) }
    reserve(size)
    try fill(from: descriptor, size: size)
  }

  /// Replaces the content by `bytes`.
  mutating func load(_ bytes: [UInt8]) throws(ImageFailure.Reason) {
    guard !bytes.isEmpty else { throw .empty }
    buffer = bytes
    count = bytes.count
  }

  private mutating func reserve(_ size: Int) {
    // One huge file must not stay in memory for the rest of the run.
    if buffer.count < size || buffer.count > max(size, retainedBytes) {
      buffer = []
      buffer = Array(repeating: 0, count: size)
    }
  }

  /// Reads up to `size` bytes; a file that shrank meanwhile gives fewer.
  private mutating func fill(from descriptor: Int32, size: Int) throws(ImageFailure.Reason) {
    while count < size {
      let start = count
      let got = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress.map { unsafe $0 + start }, size - start)  // within the buffer
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(systemWords()) }
      if got == 0 { break }
      count += got
    }
    guard count > 0 else { throw .empty }
  }
}

/// Buffers larger than this are given back after the image that needed them.
let retainedBytes = 32 << 20
