import CFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A new content for a folder, made beside it and put into its place in one step: whoever looks, and a kill at any
/// moment, finds the files of one run. Files of others in the folder are in the new one too, by a second name (a hard
/// link), in sub-folders of the same names (``FolderTree``).
///
/// From beginning to end it holds a lock on the folder above: one program at a time, and whatever lies there under a
/// temporary name was left by a kill.
package struct FolderReplacement: ~Copyable {
  /// Where files are to be written.
  package let path: String
  private let target: String
  private let parent: String
  private let lock: Int32

  /// Makes the new folder for the one at `target`, which need not exist. Nil where it cannot be done so: no locks, or a
  /// link in the place of a folder.
  package init?(of target: String) throws(FileError) {
    let plain = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
    let (above, name) = split(plain)
    guard !name.isEmpty, name != ".", name != "..", Self.canBeReplaced(plain) else { return nil }
    let parent = above.isEmpty ? "./" : above
    try FileSystem.makeFolder(parent)
    let lock = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { return nil }
    do throws(FileError) {
      while flock(lock, LOCK_EX) != 0 {
        try HeldSignals.check(target)
        guard errno == EINTR else {
          close(lock)
          return nil
        }
      }
      Self.removeLeftovers(of: name, in: parent)
    } catch {
      close(lock)
      throw error
    }
    let path = parent + Self.prefix(name) + "\(getpid())"
    guard unsafe mkdir(path, 0o777) == 0 else {
      close(lock)
      return nil
    }
    (self.target, self.parent, self.path, self.lock) = (plain, parent, path, lock)
  }

  deinit {
    FolderTree(path: path).remove(sparing: target, isFresh: false) { _ in true }
    close(lock)
  }

  /// Puts the new folder into the place of the old one, with the old one's files but for `names`, which are this
  /// folder's own. False, and nothing done, where that cannot be.
  package func commit(replacing names: [String]) throws(FileError) -> Bool {
    try HeldSignals.check(target)
    guard FileSystem.exists(target) else {
      try FileSystem.synchronize(folder: path)
      try FileSystem.rename(path, to: target)
      try FileSystem.synchronize(folder: parent)
      return true
    }
    guard Self.canBeReplaced(target), FolderTree(path: target).link(into: path, except: names) else { return false }
    keepMode()
    try FileSystem.synchronize(folder: path)
    guard unsafe files_exchange(path, target) == 0 else { return false }
    FolderTree(path: path).remove(sparing: target, isFresh: true) { names.contains($0) }
    try FileSystem.synchronize(folder: parent)
    return true
  }

  /// The new folder is as open to others as the old one.
  private func keepMode() {
    var status = stat()
    guard unsafe stat(target, &status) == 0 else { return }
    _ = unsafe chmod(path, status.st_mode & 0o7777)
    _ = unsafe chown(path, status.st_uid, status.st_gid)
  }

  /// Whether something is a folder itself, or is not there.
  private static func canBeReplaced(_ folder: String) -> Bool {
    var status = stat()
    guard unsafe lstat(folder, &status) == 0 else { return true }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  private static func prefix(_ name: String) -> String { ".dyviz-export-\(name)-" }

  /// Removes what kills left beside a folder. Files of others in there are second names of those in the folder itself.
  private static func removeLeftovers(of name: String, in parent: String) {
    for entry in FileSystem.hiddenNames(in: parent) where entry.hasPrefix(prefix(name)) {
      let number = entry.dropFirst(prefix(name).count)
      guard !number.isEmpty, number.allSatisfy(\.isNumber) else { continue }
      FolderTree(path: parent + entry).remove(sparing: parent + name, isFresh: false) { _ in true }
    }
  }
}
