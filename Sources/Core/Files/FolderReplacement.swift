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
/// One program at a time, as ``TemporaryFolder`` says.
package struct FolderReplacement: ~Copyable {
  private let temporary: TemporaryFolder
  /// Where files are to be written.
  package var path: String { temporary.path }
  private var target: String { temporary.target }

  /// Makes the new folder for the one at `target`, which need not exist. Nil where it cannot be done so: no locks, or a
  /// link in the place of a folder.
  package init?(of target: String) throws(FileError) {
    let plain = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
    guard Self.canBeReplaced(plain) else { return nil }
    guard let folder = try Self.begun(plain) else { return nil }
    temporary = folder
  }

  private static func begun(_ target: String) throws(FileError) -> TemporaryFolder? {
    do throws(TemporaryFolder.Failure) {
      return try TemporaryFolder(for: target, as: .replacement)
    } catch {
      guard case .refused(let refusal) = error else { return nil }
      throw refusal
    }
  }

  /// Puts the new folder into the place of the old one, with the old one's files but for `names`, which are this
  /// folder's own. False, and nothing done, where that cannot be.
  package func commit(replacing names: [String]) throws(FileError) -> Bool {
    try HeldSignals.check(target)
    guard FileSystem.exists(target) else {
      try FileSystem.synchronize(folder: path)
      try FileSystem.rename(path, to: target)
      try FileSystem.synchronize(folder: temporary.parent)
      return true
    }
    guard Self.canBeReplaced(target), FolderTree(path: target).link(into: path, except: names) else { return false }
    keepMode()
    try FileSystem.synchronize(folder: path)
    guard unsafe files_exchange(path, target) == 0 else { return false }
    FolderTree(path: path).remove(sparing: target, isFresh: true) { names.contains($0) }
    try FileSystem.synchronize(folder: temporary.parent)
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
}
