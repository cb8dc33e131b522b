#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder under a name of its own beside the one that it is to become; gone with all that is in it unless it was
/// renamed.
///
/// From beginning to end it holds a lock on the folder above: one program at a time, and whatever lies there under a
/// temporary name was left by a kill.
struct TemporaryFolder: ~Copyable {
  /// Why there is none.
  enum Failure: Error {
    /// The user's error, or the program's end by a signal.
    case refused(FileError)
    /// This place cannot have one, whatever the user does.
    case unsupported(FileError)
  }

  /// Where it is.
  let path: String
  /// What it is to become, without a slash at its end.
  let target: String
  /// The folder above, with a slash at its end.
  let parent: String
  private let lock: Int32

  /// Makes it, and the folders above.
  init(for target: String) throws(Failure) {
    let plain = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
    let (above, name) = split(plain)
    guard !name.isEmpty, name != ".", name != ".." else {
      throw .unsupported(FileError(operation: "write", path: target, reason: "it is no name of a new folder"))
    }
    let parent = above.isEmpty ? "./" : above
    do throws(FileError) { try FileSystem.makeFolder(parent) } catch { throw .refused(error) }
    let lock = try Self.lock(parent, for: target)
    Self.removeLeftovers(of: name, in: parent)
    let path = parent + Self.prefix(name) + "\(getpid())"
    guard unsafe mkdir(path, 0o777) == 0 else {
      let error = FileError(operation: "write", path: target)
      close(lock)
      throw .unsupported(error)
    }
    (self.target, self.parent, self.path, self.lock) = (plain, parent, path, lock)
  }

  deinit {
    FileSystem.removeTree(path)
    close(lock)
  }

  /// A folder's descriptor, locked.
  private static func lock(_ folder: String, for target: String) throws(Failure) -> Int32 {
    let lock = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { throw .unsupported(FileError(operation: "write", path: target)) }
    while flock(lock, LOCK_EX) != 0 {
      let (isInterrupted, error) = (errno == EINTR, FileError(operation: "write", path: target))
      do throws(FileError) {
        try HeldSignals.check(target)
      } catch {
        close(lock)
        throw .refused(error)
      }
      guard isInterrupted else {
        close(lock)
        throw .unsupported(error)
      }
    }
    return lock
  }

  private static func prefix(_ name: String) -> String { ".dyviz-export-\(name)-" }

  /// Removes what kills left beside a folder. Whatever files of others are in there, the folder itself has them too.
  private static func removeLeftovers(of name: String, in parent: String) {
    for entry in FileSystem.hiddenNames(in: parent) where entry.hasPrefix(prefix(name)) {
      let number = entry.dropFirst(prefix(name).count)
      if !number.isEmpty, number.allSatisfy(\.isNumber) { FileSystem.removeTree(parent + entry) }
    }
  }
}

extension FileSystem {
  /// Removes a folder with everything in it whose name can be said; links are removed, not followed.
  static func removeTree(_ folder: String) {
    for name in names(in: folder) {
      let path = folder + "/" + name
      if unsafe unlink(path) != 0, errno == EISDIR || errno == EPERM { removeTree(path) }
    }
    _ = unsafe rmdir(folder)
  }
}
