import ArgumentParser
import Drawings
import Figures
import Networks
import Statistics
import Streaming

/// Where the numbers of a figure come from: models and images.
struct FigureRunOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("One or several model files, then the image folder.", valueName: "model ... images"))
  var paths: [String]

  @Option(help: "The variant to draw; by default the first.")
  var variant: String?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("With --kind compare: the two variants.", valueName: "name"))
  var variants: [String] = []

  @OptionGroup var stream: StreamOptions

  @Flag(help: "Count every element at every site; by default all at the depthwise sites and a fixed share elsewhere.")
  var exact = false

  func validate() throws {
    guard paths.count >= 2 else { throw ValidationError("a model file and an image folder are needed") }
    guard variants.isEmpty || variants.count == 2 else {
      throw ValidationError("--variants takes two names, but here are \(variants.count)")
    }
    guard variants.isEmpty || variant == nil else {
      throw ValidationError("--variant and --variants do not go together")
    }
  }

  /// The run that an order needs, and the one that it is compared with.
  func runs(_ order: FigureOrder) throws -> (run: SettledRun, other: SettledRun?) {
    let model = try Model.loadWithActivations(Array(paths.dropLast()))
    let indices =
      variants.isEmpty
      ? [try model.index(of: variant) ?? 0] : try variants.compactMap { try model.index(of: $0) }
    let headless = HeadlessRun(
      model: model, images: paths[paths.count - 1], settings: try stream.settings(exact: exact))
    // What the first variant does not have is found before any image is looked at.
    for index in indices { _ = try order.questions(of: model.variants[index].shapes.sites, classes: 1) }
    let runs = try indices.map { try run(order, headless, $0) }
    return (runs[0], runs.count > 1 ? runs[1] : nil)
  }

  private func run(_ order: FigureOrder, _ headless: HeadlessRun, _ index: Int) throws -> SettledRun {
    var (run, images) = try headless.counted(index)
    SkippedList(run.figure.skipped, of: images.items).show()
    try images.check(seen: run.figure.classification.images)
    let variant = headless.model.variants[index]
    let classes = images.items.contains { $0.label != nil } ? variant.labels.count : nil
    let questions = try order.questions(of: variant.shapes.sites, classes: classes)
    run.add(try headless.answers(to: questions, variant, images, known: run))
    return run
  }
}
