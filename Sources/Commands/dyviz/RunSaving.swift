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

  /// Runs of one model with what they are of.
  func saved(_ runs: [SettledRun], marks: [Mark] = []) -> SavedRun {
    SavedRun(origin: origin, runs: runs, marks: marks)
  }

  /// Writes runs of one model as one file, whole or not at all.
  func write(_ runs: [SettledRun], marks: [Mark] = []) throws {
    let archive = try RunFile.archive(saved(runs, marks: marks))
    try ExportWriter.write([ExportFile(name: output.name) { try archive.write($0) }], to: output.folder)
  }
}

/// How a run without a screen is to be saved.
struct RunSavingPlan {
  /// The file.
  let output: OutputPath
  /// The model files' ``RunSaving/fingerprints(_:)``.
  let models: [SavedRun.Origin.File]
  /// How often it is written while it goes on; nil to write whole variants alone.
  var interval: RunKeeping.Interval?
  /// The run that it goes on with; nil where it begins.
  var earlier: EarlierRun?

  /// The file of a run over some images.
  func saving(_ images: [ImageItem]) -> RunSaving { RunSaving(output, models: models, images: images) }

  /// Who keeps such a run, where some is known already.
  func keeping(_ images: [ImageItem], known: [SettledRun]) -> RunKeeping {
    RunKeeping(saving(images), every: interval, known: known, marks: earlier?.marks ?? [])
  }

  /// Whether the run that it goes on with lies in the file that it writes.
  var goesOnInPlace: Bool { earlier.map { $0.path == output.path } ?? false }
}

extension SavedRun.Origin {
  /// What this program's runs of some models over some images are of.
  init(models: [File], images: [ImageItem]) {
    self.init(
      program: "dyviz \(BuildVersion.number)", model: models,
      images: ImagePaths.fingerprint(images.map(\.relativePath)))
  }
}
