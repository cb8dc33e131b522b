import CArchiveRead
package import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The archives that one descriptor gives, one after the other: a single one, or a sequence of them with their names
/// (`docs/sources.md`). One thread at a time.
@safe package final class ArchiveSequence: @unchecked Sendable {
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let frames: OpaquePointer
  /// Whether the single archive was given.
  private var isGiven = false

  /// Begins with standard input, which gives archives once.
  package static func standardInput() throws(ArchiveFailure) -> ArchiveSequence {
    guard isatty(STDIN_FILENO) == 0 else {
      throw ArchiveFailure("it is a terminal; an archive is expected, as in cat images.tar | dyviz ...")
    }
    return try ArchiveSequence(STDIN_FILENO, isOwned: false)
  }

  /// Begins with a file in its place.
  package convenience init(path: PathBytes) throws(ArchiveFailure) {
    let opened = unsafe open(path.map { CChar(bitPattern: $0) } + [0], O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw ArchiveFailure("cannot be opened: \(systemWords())") }
    try self.init(opened, isOwned: true)
  }

  private init(_ descriptor: Int32, isOwned: Bool) throws(ArchiveFailure) {
    self.descriptor = descriptor
    ownsDescriptor = isOwned
    guard let opened = unsafe archive_frames_open(descriptor) else {
      if isOwned { close(descriptor) }
      throw ArchiveFailure("there is no memory to read it")
    }
    unsafe frames = opened
  }

  deinit {
    unsafe archive_frames_close(frames)
    if ownsDescriptor { close(descriptor) }
  }

  /// The next archive and its name, which a single one does not have; nil behind the last.
  ///
  /// What is left of the one before is passed over; its reader must not be used any more.
  package func next() throws(ArchiveFailure) -> (reader: ArchiveReader, name: PathBytes?)? {
    guard unsafe archive_frames_are_found(frames) else {
      defer { isGiven = true }
      return isGiven ? nil : (try reader(), nil)
    }
    var name: UnsafePointer<CChar>?
    switch unsafe archive_frames_next(frames, &name) {
    case 0: return nil
    case 1: break
    default: throw problem ?? ArchiveFailure("it cannot be read")
    }
    // The name is terminated and lives until the next call; it is copied at once.
    let copy = unsafe name.map { unsafe PathBytes(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    return (try reader(), copy)
  }

  /// Why no more of the sequence can be read, which an archive's reader takes for damage; nil where all is well.
  package var problem: ArchiveFailure? {
    unsafe archive_frames_problem(frames).map { unsafe ArchiveFailure(String(cString: $0)) }
  }

  private func reader() throws(ArchiveFailure) -> ArchiveReader {
    unsafe try ArchiveReader(descriptor, frames, holding: self)
  }
}
