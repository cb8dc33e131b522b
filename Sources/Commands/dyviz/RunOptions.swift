import ArgumentParser
import Streaming

/// What `view` and `stats` have in common.
struct RunOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "One or several model files, then the image folder; or one saved run.", valueName: "model ... images | run"),
    completion: .file())
  var paths: [String]

  @Option(help: "The variant to run (stats: all of them without this option; the screen: the first).")
  var variant: String?

  @OptionGroup var stream: StreamOptions

  @Option(
    help: "The folder for exported files, one sub-folder for each variant (the export key: dyviz-export).",
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp("The file for the saved run (the save key: run.dyviz).", valueName: "run"), completion: .file())
  var save: String?

  @Flag(help: "Count every element at every site; by default all at the depthwise sites and a fixed share elsewhere.")
  var exact = false

  var models: [String] { paths.dropLast() }
  var images: String { paths.last ?? "" }

  /// The one path of a saved run; nil where models and images are named.
  var saved: String? { paths.count == 1 ? paths[0] : nil }

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("a model file and an image folder, or a saved run, are needed") }
    if output == "" { throw ValidationError("--output must name a folder") }
    if save == "" { throw ValidationError("--save must name a file") }
    guard saved == nil || stream.isDefault && !exact && save == nil else {
      throw ValidationError(
        "--exact, --limit, --strict, --threads and --save go with a model and images: a saved run is over")
    }
  }
}

/// How images are streamed, for commands that look at many.
struct StreamOptions: ParsableArguments {
  @OptionGroup var workers: ThreadOptions

  @OptionGroup var computing: KernelOptions

  @Option(help: "Use the first N images only.")
  var limit: Int?

  @Flag(help: "End with an error at the first image that cannot be read, instead of skipping it.")
  var strict = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  /// Whether none of them was given.
  var isDefault: Bool { workers.threads == nil && computing.instructionSet == nil && limit == nil && !strict }

  /// The same for a run; `exact` counts every element.
  func settings(exact: Bool = false) throws -> RunSettings {
    RunSettings(threads: workers.count, exact: exact, strict: strict, limit: limit, kernels: try computing.table())
  }
}
