import ArgumentParser
import Images
import Networks
import Streaming

/// Models and images, or a saved run, for commands that write a variant's files.
struct CountedOptions: ParsableArguments, CountedRun {
  @OptionGroup var source: RunSource

  @Option(help: "The variant to run; by default all of them.")
  var variant: String?

  @OptionGroup var sharing: ShardOptions

  @Option(help: "The folder for exported files, one sub-folder for each variant.", completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("The file for the answers as a saved run.", valueName: "run"), completion: .file())
  var save: String?

  func validate() throws {
    guard output != "" else { throw ValidationError("--output must name a folder") }
    guard save != "" else { throw ValidationError("--save must name a file") }
    guard output != nil || save != nil else { throw ValidationError("--output DIR or --save RUN is needed") }
    try source.refuse("--save", if: save != nil)
    try source.refuse("--shard", if: sharing.shard != nil)
  }
}

/// Where a run's numbers come from: models and images, or one saved run.
struct RunSource: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "One or several model files, then the images: folders, image files, archives, or - for an archive on standard input; or one saved run.",
      valueName: "model ... images | run"),
    completion: .file())
  var paths: [String]

  @OptionGroup var images: ImageOptions

  @OptionGroup var counting: CountingOptions

  @OptionGroup var reading: ModelOptions

  /// The one path of a saved run; nil where models and images are named.
  var saved: String? { paths.count == 1 && images.list == nil ? paths[0] : nil }

  /// The model files, where no saved run is named.
  var models: [String] { images.split(paths).models }

  /// The images that the paths and options name.
  var catalog: ImageCatalog { ImageCatalog(images.request(images.split(paths).images)) }

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("a model file and an image folder, or a saved run, are needed") }
    guard saved == nil || images.groundTruth == nil else {
      throw ValidationError("--ground-truth goes with a model and images: a saved run is over")
    }
    guard saved == nil || counting.isDefault else {
      throw ValidationError(
        "--exact, --limit, --strict and --threads go with a model and images: a saved run is over")
    }
    guard saved == nil || reading.isDefault else {
      throw ValidationError("what is said of an ONNX file goes with a model and images: a saved run is over")
    }
  }

  /// An error where an option was given that asks something of images, and the run is over.
  func refuse(_ option: String, if isGiven: Bool) throws {
    guard saved != nil, isGiven else { return }
    throw ValidationError("\(option) goes with a model and images: a saved run is over")
  }
}

/// What `view` and `stats` have in common.
struct RunOptions: ParsableArguments, CountedRun {
  @OptionGroup var source: RunSource

  @Option(help: "The variant to run (stats: all of them without this option; the screen: the first).")
  var variant: String?

  @Option(
    help: "The folder for exported files, one sub-folder for each variant (the export key: dyviz-export).",
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp("The file for the saved run (the save key: run.dyviz).", valueName: "run"), completion: .file())
  var save: String?

  @OptionGroup var sharing: ShardOptions

  func validate() throws {
    if output == "" { throw ValidationError("--output must name a folder") }
    if save == "" { throw ValidationError("--save must name a file") }
    try source.refuse("--save", if: save != nil)
    try source.refuse("--shard", if: sharing.shard != nil)
  }
}
