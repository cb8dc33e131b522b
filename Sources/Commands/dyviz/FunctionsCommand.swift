import ArgumentParser
import Export
import Figures
import Images
import Networks
import PlainText
import Statistics
import Streaming

/// `dyviz functions`: what a network makes of one image.
struct FunctionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "functions",
    abstract: "Write the slopes and intercepts of every activation for one image, and print its classes.",
    discussion: "docs/exports.md describes the columns.")

  @Argument(help: "A model file.", completion: .file())
  var model: String

  @Argument(help: "The images: folders, image files or archives.", completion: .file())
  var images: [String] = []

  @OptionGroup var source: ImageOptions

  @Option(help: ArgumentHelp("The image's path below the folder, or its end.", valueName: "path"))
  var image: String

  @Option(help: ArgumentHelp("The CSV file to write.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var computing: KernelOptions

  @OptionGroup var reading: ModelOptions

  func validate() throws { try source.check(images) }

  func run() throws {
    let chosen = try ChosenModel([model], reading.reading(), variant: variant)
    let output = try OutputPath(self.output)
    let images = try HeadlessImages(ImageCatalog(source.request(self.images)), labels: chosen.variant.labels)
    let ordinal = try images.ordinal(of: image)
    let question = Question.image(ordinal: ordinal, site: nil)
    let pass = try chosen.make { variant in
      try Pass(
        variant, questions: [question], items: images.items,
        settings: RunSettings(threads: 1, strict: true, kernels: computing.table()))
    }
    _ = try pass.runHeadless()
    guard let found: ImageFinding = pass.findings([question]).answer(question) else {
      preconditionFailure("a pass answers its question")
    }
    let sites = chosen.variant.shapes.sites
    try ExportWriter.write(
      [ExportFile(name: output.name, bytes: CSV(found.functionsTable(of: sites)).bytes)], to: output.folder)
    try Console.print(summary(found, path: images.items[ordinal].relativePath, classes: chosen.variant.labels))
  }

  private func summary(_ found: ImageFinding, path: String, classes: [String]) -> String {
    func name(_ index: Int) -> String { classes.indices.contains(index) ? classes[index] : "class \(index)" }
    let rows = found.best(5).map { [name($0.index), Decimals.fixed($0.probability, 3)] }
    let label = found.label.map { ", label \(name($0))" } ?? ""
    return ([path.escaped + label] + Columns.lines(rows, rightAligned: { $0 == 1 }).map { "  " + $0 }).joined(
      separator: "\n")
  }
}
