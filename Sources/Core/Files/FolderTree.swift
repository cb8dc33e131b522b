#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder with what is in it, of which a second one is made: folders anew, files by a second name (a hard link), so
/// that they stay the same files.
struct FolderTree {
  /// The folder's path.
  let path: String

  /// Most names in a tree, and most folders one in the other: beyond that no second one is made.
  private static let mostNames = 10_000
  private static let deepest = 32

  /// Gives everything in the folder, but for `names` in itself, a place in the folder at `copy`, which is there. False,
  /// and no more to be done with the copy, where that cannot be: a file without a second name, another file system
  /// below a folder, an owner that cannot be given.
  func link(into copy: String, except names: [String]) -> Bool {
    var left = Self.mostNames
    return Self.link(path, into: copy, except: names, depth: 0, left: &left)
  }

  private static func link(
    _ folder: String, into copy: String, except names: [String], depth: Int, left: inout Int
  ) -> Bool {
    guard let own = Status(folder), own.isFolder, depth <= deepest,
      let entries = folderEntries(PathBytes(folder.utf8), hidden: true)
    else { return false }
    for entry in entries {
      guard let name = String(validating: entry.name, as: UTF8.self), left > 0 else { return false }
      left -= 1
      let (source, target) = (folder + "/" + name, copy + "/" + name)
      guard let status = Status(source), status.device == own.device else { return false }
      if !status.isFolder, names.contains(name) { continue }
      if status.isFolder {
        guard unsafe mkdir(target, 0o700) == 0,
          link(source, into: target, except: [], depth: depth + 1, left: &left), status.apply(to: target)
        else { return false }
      } else {
        guard unsafe linkat(AT_FDCWD, source, AT_FDCWD, target, 0) == 0 else { return false }
      }
    }
    return true
  }

  /// Removes the folder, of which `other` is the second one. What others put here since then, and what has no second
  /// name, goes to `other` first.
  ///
  /// - Parameters:
  ///   - isOwn: Files in the folder itself, by their names, that go whatever they are.
  ///   - isFresh: Whether `other` was made just now: what it does not have was put here since, however many names it
  ///     has. Else somebody may have removed it there.
  func remove(sparing other: String, isFresh: Bool, isOwn: (String) -> Bool) {
    for name in FileSystem.names(in: path) {
      let (here, there) = (path + "/" + name, other + "/" + name)
      guard let status = Status(here) else { continue }
      if status.isFolder {
        if isFresh, !FileSystem.exists(there) { try? FileSystem.rename(here, to: there) }
        // Nothing can be taken out of a folder that is not to be written to.
        _ = unsafe chmod(here, 0o700)
        FolderTree(path: here).remove(sparing: there, isFresh: isFresh) { _ in false }
      } else if !isOwn(name), status.isMissing(at: there, isFresh: isFresh) {
        try? FileSystem.makeFolder(other)
        try? FileSystem.rename(here, to: there)
      } else {
        FileSystem.remove(here)
      }
    }
    _ = unsafe rmdir(path)
  }

  /// What the system tells of a name, links not followed.
  private struct Status {
    private let status: stat

    init?(_ path: String) {
      var status = stat()
      // The call fills the structure, which lives through it.
      guard unsafe lstat(path, &status) == 0 else { return nil }
      self.status = status
    }

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var device: dev_t { status.st_dev }

    /// Whether the file with this status is to go to `path`: there is none there, or an older one.
    func isMissing(at path: String, isFresh: Bool) -> Bool {
      guard isFresh || status.st_nlink == 1 else { return false }
      guard let other = Status(path) else { return true }
      guard !other.isFolder, other.status.st_ino != status.st_ino else { return false }
      return time > other.time
    }

    private var time: Double { Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9 }

    /// Makes a folder as open to others as this one; false where it would not be the same owner's.
    func apply(to folder: String) -> Bool {
      guard let own = Status(folder) else { return false }
      let isSame = own.status.st_uid == status.st_uid && own.status.st_gid == status.st_gid
      if !isSame, unsafe chown(folder, status.st_uid, status.st_gid) != 0 { return false }
      return unsafe chmod(folder, status.st_mode & 0o7777) == 0
    }
  }
}
