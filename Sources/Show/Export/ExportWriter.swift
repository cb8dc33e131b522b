import Files

/// The one place that writes files: a set of them appears whole in a folder, or the folder stays as it was.
public enum ExportWriter {
  /// Writes `files` into `folder`, which is made if need be.
  ///
  /// Several files are written into a new folder, which then takes the place of the old one with all other files and
  /// sub-folders of it, in one step; programs that write into the same folder wait for each other. A single file is
  /// written beside its place and renamed, and so are several where the folder cannot be replaced (it is a link, has
  /// sub-folders of another owner, of another file system or with more than 10,000 files, or there are neither hard
  /// links nor exchanges); a kill between two of these names may then leave some of either run.
  /// When anything fails, or a signal ends the program, what is half written goes, and files of an earlier export are
  /// what they were. What a kill leaves goes at the next export of the same names.
  ///
  /// - Parameters:
  ///   - files: What is written.
  ///   - folder: Where.
  ///   - obsolete: Names that belong to the same set and that this run does not write; such files go.
  /// - Throws: ``ExportError`` naming the path and the system's reason, or what a file's own `write` threw.
  public static func write(_ files: [ExportFile], to folder: String, obsolete: [String] = []) throws {
    let signals = HeldSignals()
    try withExtendedLifetime(signals) {
      for file in files { try checkObstacle(FileSystem.join(folder, file.name)) }
      guard files.count > 1, try replaced(folder, with: files, obsolete: obsolete) else {
        return try writeInPlace(files, to: folder, obsolete: obsolete)
      }
    }
  }

  /// An error where files of these names could not be written into `folder`, as far as can be told without writing.
  public static func check(folder: String, for names: [String]) throws {
    try FileSystem.checkWritable(folder)
    for name in names { try checkObstacle(FileSystem.join(folder, name)) }
  }

  private static func checkObstacle(_ path: String) throws(ExportError) {
    guard let kind = FileSystem.obstacle(path) else { return }
    throw ExportError(operation: "write", path: path, reason: "a \(kind) of that name is in the way")
  }

  /// Whether the folder could be replaced as a whole.
  private static func replaced(_ folder: String, with files: [ExportFile], obsolete: [String]) throws -> Bool {
    let names = files.map(\.name)
    FileSystem.removeLeftovers(of: names, in: folder)
    guard let replacement = try FolderReplacement(of: folder) else { return false }
    for file in files {
      let output = try OutputFile(
        at: FileSystem.join(replacement.path, file.name), for: FileSystem.join(folder, file.name))
      try file.write { bytes in try output.append(bytes) }
      try output.finish()
    }
    for name in names { try checkObstacle(FileSystem.join(folder, name)) }
    return try replacement.commit(replacing: names + obsolete)
  }

  private static func writeInPlace(_ files: [ExportFile], to folder: String, obsolete: [String]) throws {
    try FileSystem.makeFolder(folder)
    FileSystem.removeLeftovers(of: files.map(\.name), in: folder)
    var temporaries: [String] = []
    do {
      for file in files {
        let output = try OutputFile(beside: FileSystem.join(folder, file.name))
        temporaries.append(output.path)
        try file.write { bytes in try output.append(bytes) }
        try output.finish()
      }
      try rename(zip(temporaries, files.map { FileSystem.join(folder, $0.name) }))
    } catch {
      for path in temporaries { FileSystem.remove(path) }
      throw error
    }
    for name in obsolete { FileSystem.remove(FileSystem.join(folder, name)) }
    try FileSystem.synchronize(folder: folder)
  }

  /// Gives all files their names; when one cannot have it, those before it give way to their former contents.
  private static func rename(_ moves: Zip2Sequence<[String], [String]>) throws(ExportError) {
    var undo: [() -> Void] = []
    var formers: [String] = []
    defer { for former in formers { FileSystem.remove(former) } }
    do {
      for (temporary, path) in moves {
        // A second name keeps the former file at hand; where the file system has no links, this file alone cannot come
        // back.
        let former = temporary + ".former"
        let existed = FileSystem.exists(path)
        let isKept = existed && FileSystem.link(path, to: former)
        if isKept { formers.append(former) }
        try FileSystem.rename(temporary, to: path)
        if isKept {
          undo.append { try? FileSystem.rename(former, to: path) }
        } else if !existed {
          undo.append { FileSystem.remove(path) }
        }
      }
    } catch {
      for step in undo.reversed() { step() }
      throw error
    }
  }
}

/// A file or folder that could not be written.
public typealias ExportError = FileError
