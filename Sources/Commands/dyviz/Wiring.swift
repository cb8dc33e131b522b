import ArgumentParser
import Export
import Figures
import Foundation
import Networks
import Statistics
import Streaming

extension RunOptions {
  /// The model that the paths name; its warnings go to standard error.
  func loadModel() throws -> Model { try Model.loadWithActivations(models) }

  /// An error where no folder for files was named.
  func checkOutput() throws {
    if output == nil { throw ValidationError("--output DIR is needed") }
  }

  /// The indices of the variants to run: the one asked for, or all.
  func variantIndices(in model: Model) throws -> [Int] {
    try variantIndex(in: model).map { [$0] } ?? Array(model.variants.indices)
  }

  /// The index of the variant asked for; nil when none was.
  func variantIndex(in model: Model) throws -> Int? { try model.index(of: variant) }

  /// How images are streamed.
  func settings() throws -> RunSettings { try stream.settings(exact: exact) }
}

/// Lists images of a folder that were left out, with their reasons, on standard error.
func printSkipped(_ skipped: [SkippedImage], below images: String) {
  for image in skipped { printError("skipped \(images)/\(image.path): \(image.reason)") }
}

/// The folder and the name of a file to write.
struct OutputPath {
  let folder: String
  let name: String

  init(_ path: String) throws(Failure) {
    let slash = path.lastIndex(of: "/")
    name = String(path[(slash.map { path.index(after: $0) } ?? path.startIndex)...])
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard !name.isEmpty else { throw Failure("\(path): a file is expected, but this names a folder") }
  }
}

/// A sentence for the user that ends the program with status 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Writes a line to standard error.
func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
