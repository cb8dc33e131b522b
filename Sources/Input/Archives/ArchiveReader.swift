import CArchiveRead
package import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads an archive (tar, also compressed by gzip, xz or zstd, or zip) from its first member to its last, by
/// libarchive.
///
/// Nothing is written to disk, and memory is that of one block and of what is asked for. One thread at a time.
@safe package final class ArchiveReader: @unchecked Sendable {
  /// Bytes that are asked for at once where only headers are wanted, and where data are.
  package enum Block: Int {
    case headers = 16384
    case data = 262_144
  }

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let sequence: ArchiveSequence?
  private let stream: OpaquePointer
  private var failure: ArchiveFailure?

  /// Opens the regular file at `path`.
  package convenience init(path: PathBytes, block: Block) throws(ArchiveFailure) {
    let opened = unsafe open(path.map { CChar(bitPattern: $0) } + [0], O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw ArchiveFailure("cannot be opened: \(systemWords())") }
    try self.init(opened, isOwned: true, block)
  }

  /// Reads the archive of a sequence that its frames are at, or the single one; the sequence lives as long as it.
  init(_ descriptor: Int32, _ frames: OpaquePointer, holding sequence: ArchiveSequence) throws(ArchiveFailure) {
    (self.descriptor, ownsDescriptor, self.sequence) = (descriptor, false, sequence)
    unsafe stream = try Self.stream(descriptor, .data, frames)
  }

  private init(_ descriptor: Int32, isOwned: Bool, _ block: Block) throws(ArchiveFailure) {
    (self.descriptor, ownsDescriptor, sequence) = (descriptor, isOwned, nil)
    do throws(ArchiveFailure) { unsafe stream = try Self.stream(descriptor, block, nil) } catch {
      if isOwned { close(descriptor) }
      throw error
    }
  }

  private static func stream(
    _ descriptor: Int32, _ block: Block, _ frames: OpaquePointer?
  ) throws(ArchiveFailure) -> OpaquePointer {
    guard let opened = unsafe archive_stream_open(descriptor, block.rawValue, frames) else {
      throw ArchiveFailure("there is no memory to read it")
    }
    return unsafe opened
  }

  deinit {
    unsafe archive_stream_close(stream)
    if ownsDescriptor { close(descriptor) }
  }

  /// Goes to the next member; nil behind the last. After a failure every further call fails in the same way.
  package func next() throws(ArchiveFailure) -> ArchiveMember? {
    if let failure { throw failure }
    var found = unsafe archive_member()
    switch unsafe archive_stream_next(stream, &found) {
    case 0: return nil
    case 1: break
    default:
      let failure = ArchiveFailure(problem)
      self.failure = failure
      throw failure
    }
    // The name is terminated and lives until the next call; it is copied at once.
    let name = unsafe found.name.map { unsafe PathBytes(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    return unsafe ArchiveMember(
      name: name, kind: kind(found.kind), size: found.size < 0 ? nil : Int(found.size),
      offset: found.offset < 0 ? nil : Int(found.offset), isEncrypted: found.is_encrypted, isSparse: found.is_sparse)
  }

  /// The first bytes of the member's data, at most `count`; what follows is read by the next call.
  package func read(upTo count: Int) throws(ArchiveFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      // Most images are short; what is long comes in longer steps.
      let room = min(count - bytes.count, max(1 << 16, min(bytes.count, 1 << 22)))
      var got = 0
      let more = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
        // Writes into the buffer, at most as much as it holds.
        got = unsafe Int(archive_stream_read(stream, buffer.baseAddress, room))
        initialized = max(got, 0)
      }
      guard got >= 0 else { throw ArchiveFailure(problem) }
      if got == 0 { break }
      bytes.append(contentsOf: more)
    }
    return bytes
  }

  private var problem: String { unsafe String(cString: archive_stream_problem(stream)) }

  private func kind(_ code: Int32) -> ArchiveMember.Kind {
    switch UInt32(code) {
    case ARCHIVE_MEMBER_FILE.rawValue: .file
    case ARCHIVE_MEMBER_FOLDER.rawValue: .folder
    case ARCHIVE_MEMBER_LINK.rawValue: .link
    default: .other
    }
  }
}
