import Files

/// The one place that writes files: a set of them appears whole in a folder, or the folder stays as it was.
public enum ExportWriter {
  /// Writes `files` into `folder`, which is made if need be.
  ///
  /// Every file is written to a temporary sibling and brought to the disk first; then all of them take their names.
  /// When anything fails, the temporary files go, and files of an earlier export are what they were.
  ///
  /// - Throws: ``ExportError`` naming the path and the system's reason, or what a file's own `write` threw.
  public static func write(_ files: [ExportFile], to folder: String) throws {
    try FileSystem.makeFolder(folder)
    var temporaries: [String] = []
    do {
      for file in files {
        let path = join(folder, file.name)
        if let kind = FileSystem.obstacle(path) {
          throw ExportError(operation: "write", path: path, reason: "a \(kind) of that name is in the way")
        }
        let output = try OutputFile(beside: path)
        temporaries.append(output.path)
        try file.write { bytes in try output.append(bytes) }
        try output.finish()
      }
      try rename(zip(temporaries, files.map { join(folder, $0.name) }))
    } catch {
      for path in temporaries { FileSystem.remove(path) }
      throw error
    }
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

  private static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}

/// A file or folder that could not be written.
public typealias ExportError = FileError
