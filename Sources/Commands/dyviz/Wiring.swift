import ArgumentParser
import Export
import Figures
import Images
import Networks
import PlainText
import Streaming

/// What the command line says of a run over images.
protocol CountedRun {
  var source: RunSource { get }
  var variant: String? { get }
  var sharing: ShardOptions { get }
  var output: String? { get }
}

extension CountedRun {
  /// The model that the paths name; its warnings go to standard error.
  func loadModel() throws -> Model { try Model.loadWithActivations(source.models, source.reading.reading()) }

  /// The indices of the variants to run: the one asked for, or all.
  func variantIndices(in model: Model) throws -> [Int] {
    try variantIndex(in: model).map { [$0] } ?? Array(model.variants.indices)
  }

  /// The index of the variant asked for; nil when none was.
  func variantIndex(in model: Model) throws -> Int? { try model.index(of: variant) }

  /// How images are streamed, and which.
  func settings() throws -> RunSettings {
    var settings = try source.counting.settings()
    settings.share = sharing.shard
    return settings
  }
}

extension SavedRun {
  /// A variant's run as it was trained.
  func run(of variant: String, in path: String) throws -> SettledRun {
    unchanged[try unchanged.map(\.figure.variant).index(of: variant, in: path.escaped)]
  }

  /// Writes the files of a variant, all without a choice, where an output is named; prints their summaries.
  func tell(_ variant: SettledRun?, output: String?) throws {
    for run in variant.map({ [$0] }) ?? unchanged {
      guard run.isCounted else {
        guard output == nil else {
          throw Failure(
            "it holds answers to what dyviz find or dyviz ablate asked, not a run: these commands write their files of it"
          )
        }
        try Console.print(SummaryText.title(run.figure))
        continue
      }
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
