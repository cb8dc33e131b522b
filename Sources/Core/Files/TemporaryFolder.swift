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
  /// What it is for.
  enum Purpose: String {
    /// A new content for a folder that may be there already, files of others in it.
    case replacement = "export"
    /// A folder that is not there yet: nothing in it is anybody else's.
    case new

    /// Removes a temporary folder; what others put into it goes to the folder that it was for.
    func remove(_ path: String, of target: String) {
      switch self {
      case .replacement: FolderTree(path: path).remove(sparing: target, isFresh: false) { _ in true }
      case .new: FileSystem.removeTree(path)
      }
    }
  }

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
  private let purpose: Purpose
  private let lock: Int32

  /// Makes it, and the folders above.
  init(for target: String, as purpose: Purpose) throws(Failure) {
    let plain = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
    let (above, name) = split(plain)
    guard !name.isEmpty, name != ".", name != ".." else {
      throw .unsupported(FileError(operation: "write", path: target, reason: "it is no name of a new folder"))
    }
    let parent = above.isEmpty ? "./" : above
    do throws(FileError) { try FileSystem.makeFolder(parent) } catch { throw .refused(error) }
    let lock = try Self.lock(parent, for: target)
    Self.removeLeftovers(of: name, in: parent, purpose)
    let path = parent + Self.prefix(name, purpose) + "\(getpid())"
    guard unsafe mkdir(path, 0o777) == 0 else {
      let error = FileError(operation: "write", path: target)
      close(lock)
      throw .unsupported(error)
    }
    (self.target, self.parent, self.path, self.lock) = (plain, parent, path, lock)
    self.purpose = purpose
  }

  deinit {
    purpose.remove(path, of: target)
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

  private static func prefix(_ name: String, _ purpose: Purpose) -> String { ".dyviz-\(purpose.rawValue)-\(name)-" }

  /// Removes what kills left beside a folder. Files of others in there are second names of those in the folder itself.
  private static func removeLeftovers(of name: String, in parent: String, _ purpose: Purpose) {
    let prefix = prefix(name, purpose)
    for entry in FileSystem.hiddenNames(in: parent) where entry.hasPrefix(prefix) {
      let number = entry.dropFirst(prefix.count)
      if !number.isEmpty, number.allSatisfy(\.isNumber) { purpose.remove(parent + entry, of: parent + name) }
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
