import Figures
import Keypoints
import ModelFiles
import Networks
import PlainText
import Streaming

/// What every command does with its model: loads it, tells its warnings, chooses the variant, and names both in errors.
struct ChosenModel {
  let model: Model
  /// The variant to run.
  let variant: Variant

  /// Loads the files; without a name the first variant is chosen.
  init(_ paths: [String], _ options: ReadingOptions = ReadingOptions(), variant name: String?) throws {
    model = try Model.loadWithWarnings(paths, options)
    variant = model.variants[try model.index(of: name) ?? 0]
  }

  /// The activation that a user names, by its node or as `5.A2`.
  func site(named text: String) throws -> ActivationSite {
    let sites = variant.shapes.sites
    guard let site = sites.named(text) else {
      throw Failure(
        "\(model.fileName): variant \(variant.name) has no activation \(text.escaped); expected a node or a block and a name "
          + "as 5.A2, such as \(sites.nodes(like: text).joined(separator: ", "))")
    }
    return site
  }

  /// As ``Networks/Model/make(_:size:_:)``, of the variant to run.
  func make<Result>(size: Int? = nil, _ body: (Variant) throws -> Result) throws -> Result {
    try model.make(variant, size: size, body)
  }
}

extension [String] {
  /// The index of a variant among the names of a file's.
  func index(of variant: String, in file: String) throws -> Int {
    guard let index = firstIndex(of: variant) else {
      throw Failure("\(file): no variant \(variant.escaped); there are \(joined(separator: ", "))")
    }
    return index
  }
}

extension Model {
  /// Loads model files; their warnings go to standard error.
  static func loadWithWarnings(_ paths: [String], _ options: ReadingOptions) throws -> Model {
    let model = try Model.load(paths, options: options)
    for warning in model.warnings { Console.error("warning: \(warning)") }
    return model
  }

  /// The same; an error where a variant has no activation.
  static func loadWithActivations(_ paths: [String], _ options: ReadingOptions) throws -> Model {
    let model = try loadWithWarnings(paths, options)
    for variant in model.variants where variant.shapes.sites.isEmpty {
      throw Failure("\(model.fileName): variant \(variant.name) has no activation to show")
    }
    return model
  }

  /// What `body` makes of a variant. What is wrong with the network is told with its file and name, and with the
  /// images' `size` where one was asked for.
  func make<Result>(
    _ variant: Variant, size: Int? = nil, _ body: (Variant) throws -> Result
  ) throws -> Result {
    do {
      return try body(variant)
    } catch  where error is GraphError || error is KeypointError || error is MemoryFailure {
      throw Failure("\(fileName): variant \(variant.name)\(size.map { " at \($0)×\($0)" } ?? ""): \(error)")
    }
  }

  /// The index of the variant called `name`; nil for nil.
  func index(of name: String?) throws -> Int? {
    guard let name else { return nil }
    return try variants.map(\.name).index(of: name, in: fileName)
  }
}
