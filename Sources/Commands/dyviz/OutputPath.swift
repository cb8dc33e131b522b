import ArgumentParser
import Export
import Files
import PlainText

/// The folder and the name of a file to write.
struct OutputPath: Sendable {
  let folder: String
  let name: String

  /// The path that a user gave with an option.
  ///
  /// - Throws: where that file could not be written: found before a run, not after it.
  init(_ path: String, option: String = "--output") throws {
    guard !path.isEmpty else { throw ValidationError("\(option) must name a file") }
    let slash = path.lastIndex(of: "/")
    name = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard !name.isEmpty else { throw Failure("\(path.escaped): a file is expected, but this names a folder") }
    try ExportWriter.check(folder: folder, for: [name])
  }

  /// The path as a user reads it.
  var path: String { folder == "." ? name : folder == "/" ? "/" + name : "\(folder)/\(name)" }
}

/// A command whose run can be saved.
protocol SavedByName {
  var save: String? { get }
}

extension SavedByName {
  /// Where the saved run goes; nil where none was asked for.
  func savePath() throws -> OutputPath? { try save.map { try OutputPath($0, option: "--save") } }
}

extension CountedOptions: SavedByName {}
extension RunOptions: SavedByName {}

extension RunOptions {
  /// How the run is saved; nil where it is not.
  ///
  /// - Throws: where the file could not be written, or what it goes on with cannot be used: found before a run.
  func savingPlan(_ keeping: KeepingOptions? = nil) throws -> RunSavingPlan? {
    guard let path = save ?? keeping?.resume else { return nil }
    let output = try OutputPath(path, option: save == nil ? "--resume" : "--save")
    let earlier = try keeping?.resume.flatMap { resume -> EarlierRun? in
      // A job's line is the same the first time, when there is nothing yet.
      guard resume == path, !FileSystem.exists(resume) else { return try EarlierRun(path: resume) }
      Console.note("\(resume.escaped) is not there yet: the run begins")
      return nil
    }
    return RunSavingPlan(
      output: output, models: try RunSaving.fingerprints(source.models), interval: keeping?.interval, earlier: earlier)
  }
}

extension CountedRun {
  /// An error where the folder for files could not be written into: found before a run, not after it.
  func probeOutput(for variants: [String]) throws {
    guard let output else { return }
    for variant in variants { try VariantExport.check(variant: variant, below: output) }
  }
}
