import ArgumentParser
import Networks
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

  /// How images are streamed.
  func settings() throws -> RunSettings { try stream.settings(exact: exact) }
}

/// A sentence for the user that ends the program with status 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
