import ArgumentParser
import Export
import Images
import Inference
import Kernels
import Keypoints

/// `dyviz keypoints`: where a network of heat maps finds keypoints in images.
struct KeypointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keypoints",
    abstract: "Find keypoints in images with a network that gives heat maps, and write them as CSV.",
    discussion: """
      The network runs on each image and on its mirror image; a keypoint is the highest response of the two maps' mean, moved a quarter of \
      an element towards the second highest. docs/exports.md describes the columns. One thread runs, whatever the number of processors.
      """)

  @Argument(help: "A model file.")
  var model: String

  @Argument(help: "The image folder.")
  var images: String

  @Option(help: ArgumentHelp("The CSV file to write.", valueName: "file"))
  var output: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

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
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() throws {
    let chosen = try ChosenModel([model], variant: variant)
    let output = try OutputPath(self.output)
    let table = try chosen.make { variant in
      try KeypointTable(
        Plan(variant, kernels: .best), preprocessing: variant.preprocessing, flips: !noFlip, alignment: alignment)
    }
    let source = try ImageSource(paths: [images])
    for failure in source.failures { printError("skipped \(failure)") }
    let items = source.items.prefix(limit ?? .max)
    let images = images
    let file = ExportFile(name: output.name) { emit in
      let count = try table.write(items, skipped: { printError("skipped \($0)") }, emit: emit)
      guard count > 0 else { throw Failure("\(images): none of the \(items.count) images could be read") }
    }
    try ExportWriter.write([file], to: output.folder)
  }
}

extension HeatMapAlignment: ExpressibleByArgument {}
