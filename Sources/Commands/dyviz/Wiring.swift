import ArgumentParser
import Export
import Figures
import Networks
import PlainText
import Streaming

extension RunOptions {
  /// The model that the paths name; its warnings go to standard error.
  func loadModel() throws -> Model { try Model.loadWithActivations(models) }

  /// The indices of the variants to run: the one asked for, or all.
  func variantIndices(in model: Model) throws -> [Int] {
    try variantIndex(in: model).map { [$0] } ?? Array(model.variants.indices)
  }

  /// The index of the variant asked for; nil when none was.
  func variantIndex(in model: Model) throws -> Int? { try model.index(of: variant) }

  /// The index of the variant asked for in a saved run; nil when none was.
  func variantIndex(in saved: SavedRun, path: String) throws -> Int? {
    try variant.map { try (saved.runs.first?.figure.variants ?? []).index(of: $0, in: path.escaped) }
  }

  /// How images are streamed.
  func settings() throws -> RunSettings { try stream.settings(exact: exact) }
}

extension SavedRun {
  /// Writes the files of some of the variants, all without a choice, where an output is named; prints their summaries.
  func tell(_ variants: [Int]?, output: String?) throws {
    for run in unchanged where variants?.contains(run.figure.subject.variant) ?? true {
      if let output { try VariantExport.write(run, below: output) }
      try Console.print(SummaryText.text(run.figure))
    }
  }
}

/// A sentence for the user that ends the program with status 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
