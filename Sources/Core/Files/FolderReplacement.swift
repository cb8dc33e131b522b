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
/// link).
///
/// One program at a time, as ``TemporaryFolder`` says.
package struct FolderReplacement: ~Copyable {
  private let temporary: TemporaryFolder
  /// Where files are to be written.
  package var path: String { temporary.path }
  private var target: String { temporary.target }

  /// Makes the new folder for the one at `target`, which need not exist. Nil where it cannot be done so: no locks, a
  /// folder that is a link or has folders in it.
  package init?(of target: String) throws(FileError) {
    let plain = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
    guard Self.canBeReplaced(plain) else { return nil }
    guard let folder = try Self.begun(plain) else { return nil }
    temporary = folder
  }

  private static func begun(_ target: String) throws(FileError) -> TemporaryFolder? {
    do throws(TemporaryFolder.Failure) {
      return try TemporaryFolder(for: target)
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
    guard Self.canBeReplaced(target) else { return false }
    for name in FileSystem.names(in: target) where !names.contains(name) {
      guard unsafe linkat(AT_FDCWD, target + "/" + name, AT_FDCWD, path + "/" + name, 0) == 0 else { return false }
    }
    keepMode()
    try FileSystem.synchronize(folder: path)
    guard unsafe files_exchange(path, target) == 0 else { return false }
    // What others put into the old folder since its names were read.
    for name in FileSystem.names(in: path) where !names.contains(name) && !FileSystem.exists(target + "/" + name) {
      try? FileSystem.rename(path + "/" + name, to: target + "/" + name)
    }
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

  /// Whether something is a folder itself, with nothing but files in it whose names can be said, or is not there.
  private static func canBeReplaced(_ folder: String) -> Bool {
    var status = stat()
    guard unsafe lstat(folder, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFDIR else { return false }
    guard let entries = folderEntries(PathBytes(folder.utf8), hidden: true) else { return false }
    return entries.allSatisfy { entry in
      guard let name = String(validating: entry.name, as: UTF8.self) else { return false }
      var status = stat()
      return unsafe lstat(folder + "/" + name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
  }
}
