import Files

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

  /// Replaces the content by that of the file at `path` (its bytes, without a final zero), or by a part of it.
  mutating func load(
    path: [UInt8], part: (offset: Int, size: Int)? = nil, limit: Int
  ) throws(ImageFailure.Reason) {
    count = 0
    // A pipe put in a file's place does not block the worker: it is refused.
    let file: RegularFile
    do throws(RegularFile.Failure) { file = try RegularFile(path: path) } catch { throw ImageFailure.Reason(error) }
    let size = if let part { part.size } else { file.size }
    guard size > 0 else { throw .empty }
    guard size <= limit else { throw .fileTooLarge(bytes: size, limit: limit) }
    reserve(size)
    // A file that shrank meanwhile gives fewer bytes.
    do throws(RegularFile.Failure) {
      count = try file.read(size, from: part?.offset ?? 0, into: &buffer)
    } catch { throw ImageFailure.Reason(error) }
    guard count > 0 else { throw .empty }
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
}

extension ImageFailure.Reason {
  /// Why a file cannot be read, as an image's failure.
  fileprivate init(_ failure: RegularFile.Failure) {
    self =
      switch failure {
      case .folder, .notRegular: .notRegularFile
      case .notOpened(let words), .notExamined(let words), .notRead(let words): .unreadable(words)
      case .shrunk, .zeroByteInPath: .unreadable("no such file")
      }
  }
}

/// Buffers larger than this are given back after the image that needed them.
let retainedBytes = 32 << 20
