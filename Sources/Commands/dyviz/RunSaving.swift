import BuildVersion
import Export
import Figures
import Files
import Images
import PlainText
import RunFiles
import Streaming

/// A saved run on its way to its file.
struct RunSaving: Sendable {
  /// The file.
  let output: OutputPath
  private let origin: SavedRun.Origin

  /// - Parameters:
  ///   - output: The file.
  ///   - models: The model files' ``fingerprints(_:)``.
  ///   - images: All images of the source.
  init(_ output: OutputPath, models: [SavedRun.Origin.File], images: [ImageItem]) {
    self.output = output
    origin = SavedRun.Origin(models: models, images: images)
  }

  /// Names and contents of files.
  ///
  /// - Throws: where they cannot be read any more.
  static func fingerprints(_ paths: [String]) throws -> [SavedRun.Origin.File] {
    try paths.map { path in
      do throws(RegularFile.Failure) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SavedRun.Origin.File(name: name, sha256: try SHA256.file(path))
      } catch {
        throw Failure("\(path.escaped): \(error.words)")
      }
    }
  }

  /// Writes runs of one model as one file, whole or not at all.
  func write(_ runs: [SettledRun], marks: [Mark] = []) throws {
    let archive = try RunFile.archive(SavedRun(origin: origin, runs: runs, marks: marks))
    try ExportWriter.write([ExportFile(name: output.name) { try archive.write($0) }], to: output.folder)
  }
}

extension SavedRun.Origin {
  /// What this program's runs of some models over some images are of.
  init(models: [File], images: [ImageItem]) {
    var digest = SHA256()
    digest.add(ImagePaths.bytes(images.map(\.relativePath)))
    self.init(program: "dyviz \(BuildVersion.number)", model: models, images: digest.text)
  }
}
