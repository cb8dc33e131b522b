import ArgumentParser
import Export
import Images
import Inference
import Keypoints
import Synchronization

/// `dyviz keypoints`: where a network of heat maps finds keypoints in images.
struct KeypointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keypoints",
    abstract: "Find keypoints in images with a network that gives heat maps, and write them as CSV.",
    discussion: """
      The network runs on each image and on its mirror image; a keypoint is the highest response of the two maps' mean, moved a quarter of \
      an element towards the second highest. docs/exports.md describes the columns. One thread runs, whatever the number of processors.
      """)

  @Argument(help: "A model file.", completion: .file())
  var model: String

  @Argument(help: "The images: folders, image files or archives.", completion: .file())
  var images: [String] = []

  @OptionGroup var source: ImageOptions

  @Option(help: ArgumentHelp("The CSV file to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var computing: KernelOptions

  @OptionGroup var reading: ModelOptions

  @Option(help: "Use the first N images only.")
  var limit: Int?

  @Flag(name: .customLong("no-flip"), help: "Do not average with the mirror image's maps.")
  var noFlip = false

  @Option(
    help: """
      Which pixel element i of a map stands for: origin (stride * i, and the mirror image's maps move by a column) or centre (the \
      middle of its pixels).
      """)
  var alignment = HeatMapAlignment.origin

  func validate() throws {
    try source.check(images)
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() throws {
    let chosen = try ChosenModel([model], reading.reading(), variant: variant)
    let output = try OutputPath(self.output)
    let table = try chosen.make { variant in
      try variant.checkImages()
      return try KeypointTable(
        Plan(variant, kernels: computing.table()), preprocessing: variant.preprocessing, flips: !noFlip,
        alignment: alignment)
    }
    let images = try HeadlessImages(ImageCatalog(source.request(self.images)), labels: [], limit: limit)
    let skipped = Mutex<[ImageFailure]>([])
    let file = ExportFile(name: output.name) { emit in
      try images.check(
        seen: table.write(images.items, skipped: { failure in skipped.withLock { $0.append(failure) } }, emit: emit))
    }
    defer { SkippedList(skipped.withLock { $0.map { ($0.path, "\($0.reason)") } }).show() }
    try ExportWriter.write([file], to: output.folder)
  }
}

extension HeatMapAlignment: ExpressibleByArgument {}
