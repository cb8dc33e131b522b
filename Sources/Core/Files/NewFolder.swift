import CFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder, with folders in it, that is there whole or not at all: it is made beside its place and gets its name in
/// one step. Nothing that is there already is touched.
package struct NewFolder: ~Copyable {
  private let temporary: TemporaryFolder

  /// Begins the folder that will be at `target`.
  ///
  /// - Throws: ``FileError`` where something of that name is there, or the place cannot be written to.
  package init(at target: String) throws(FileError) {
    let folder = try Self.begun(target)
    // Asked under the lock: who made it meanwhile is through.
    guard !FileSystem.exists(folder.target) else { throw Self.taken(folder.target) }
    temporary = folder
  }

  private static func begun(_ target: String) throws(FileError) -> TemporaryFolder {
    do throws(TemporaryFolder.Failure) {
      return try TemporaryFolder(for: target, as: .new)
    } catch {
      switch error {
      case .refused(let error), .unsupported(let error): throw error
      }
    }
  }

  /// Copies a folder and the files and folders in it under a name; what is hidden is left out, links are followed.
  package func copy(_ source: String, as name: String) throws(FileError) {
    let path = temporary.path + "/" + name
    guard unsafe mkdir(path, 0o777) == 0 else { throw FileError(operation: "write", path: temporary.target) }
    guard let entries = folderEntries(PathBytes(source.utf8)) else { throw FileError(operation: "read", path: source) }
    for entry in entries {
      let entryName = String(decoding: entry.name, as: UTF8.self)
      let from = source + "/" + entryName
      if FileSystem.isFolder(from) {
        try copy(from, as: name + "/" + entryName)
      } else {
        try copyFile(from, as: name + "/" + entryName)
      }
    }
  }

  private func copyFile(_ source: String, as name: String) throws(FileError) {
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      let file = try RegularFile(path: PathBytes(source.utf8))
      bytes = try file.read(0..<file.size)
    } catch {
      throw FileError(operation: "read", path: source, reason: error.words)
    }
    let output = try OutputFile(at: temporary.path + "/" + name, for: temporary.target + "/" + name)
    try output.append(bytes)
  }

  /// Brings everything to the disk and gives the folder its name.
  ///
  /// - Throws: ``FileError`` where something of that name has come meanwhile; it stays as it is.
  package func commit() throws(FileError) {
    try HeldSignals.check(temporary.target)
    guard unsafe files_synchronize(temporary.path) == 0 else {
      throw FileError(operation: "write", path: temporary.target)
    }
    guard unsafe files_rename_new(temporary.path, temporary.target) == 0 else {
      throw errno == EEXIST ? Self.taken(temporary.target) : FileError(operation: "write", path: temporary.target)
    }
    try FileSystem.synchronize(folder: temporary.parent)
  }

  private static func taken(_ path: String) -> FileError {
    FileError(operation: "write", path: path, reason: "something of that name is there already")
  }
}
