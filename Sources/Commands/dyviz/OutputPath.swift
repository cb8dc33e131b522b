import ArgumentParser
import Export
import PlainText

/// The folder and the name of a file to write.
struct OutputPath {
  let folder: String
  let name: String

  /// - Throws: where that file could not be written: found before a run, not after it.
  init(_ path: String) throws {
    guard !path.isEmpty else { throw ValidationError("--output must name a file") }
    let slash = path.lastIndex(of: "/")
    name = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard !name.isEmpty else { throw Failure("\(path.escaped): a file is expected, but this names a folder") }
    try ExportWriter.check(folder: folder, for: [name])
  }
}

extension RunOptions {
  /// The folder that was named for files; an error where none was.
  func checkOutput() throws {
    guard output != nil else { throw ValidationError("--output DIR is needed") }
  }

  /// An error where the folder for files could not be written into: found before a run, not after it.
  func probeOutput(for variants: [String]) throws {
    guard let output else { return }
    for variant in variants { try VariantExport.check(variant: variant, below: output) }
  }
}
