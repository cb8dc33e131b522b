import ArgumentParser
import Export
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

extension RunOptions {
  /// Where the saved run goes; nil where none was asked for.
  func savePath() throws -> OutputPath? { try save.map { try OutputPath($0, option: "--save") } }
}

extension CountedRun {
  /// An error where the folder for files could not be written into: found before a run, not after it.
  func probeOutput(for variants: [String]) throws {
    guard let output else { return }
    for variant in variants { try VariantExport.check(variant: variant, below: output) }
  }
}
