import ArgumentParser
import Drawings
import Figures
import Images
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// Where the numbers of a figure come from: models and images, or a saved run.
struct FigureRunOptions: ParsableArguments {
  @OptionGroup var source: RunSource

  @Option(help: "The variant to draw; by default the first.")
  var variant: String?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("With --kind compare: the two variants.", valueName: "name"))
  var variants: [String] = []

  func validate() throws {
    guard variants.isEmpty || variants.count == 2 else {
      throw ValidationError("--variants takes two names, but here are \(variants.count)")
    }
    guard variants.isEmpty || variant == nil else {
      throw ValidationError("--variant and --variants do not go together")
    }
  }

  /// The run that an order needs, and the one that it is compared with.
  func runs(_ order: FigureOrder) throws -> (run: SettledRun, other: SettledRun?) {
    if let path = source.saved { return try savedRuns(order, path: path) }
    let model = try Model.loadWithActivations(source.models, source.reading.reading())
    let catalog = source.catalog
    let indices =
      variants.isEmpty
      ? [try model.index(of: variant) ?? 0] : try variants.compactMap { try model.index(of: $0) }
    let headless = HeadlessRun(
      model: model, images: catalog, settings: try source.counting.settings())
    // What the first variant does not have is found before any image is looked at.
    for index in indices {
      let questions = try order.questions(of: model.variants[index].shapes.sites, classes: 1)
      guard !catalog.request.isStream || questions.isEmpty && indices.count == 1 else { throw ImageCatalog.comesOnce }
    }
    let runs = try indices.map { try run(order, headless, $0) }
    return (runs[0], runs.count > 1 ? runs[1] : nil)
  }

  /// The same from a saved run, which must have the answers.
  private func savedRuns(_ order: FigureOrder, path: String) throws -> (run: SettledRun, other: SettledRun?) {
    let saved = try RunFile.read(path: path)
    let wanted = variants.isEmpty ? [variant ?? saved.unchanged.first?.figure.variant ?? ""] : variants
    let runs = try wanted.map { try saved.run(of: $0, in: path) }
    for run in runs {
      let classes = run.figure.names.flatMap { $0.labels.contains { $0 != nil } ? $0.classes.count : nil }
      let questions = try order.questions(of: run.figure.sites.map(\.site), classes: classes)
      guard questions.allSatisfy({ run.finding($0) != nil }) else {
        throw Failure("\(path.escaped): \(run.figure.variant): what this figure shows is \(SavedRun.needsImages)")
      }
    }
    return (runs[0], runs.count > 1 ? runs[1] : nil)
  }

  private func run(_ order: FigureOrder, _ headless: HeadlessRun, _ index: Int) throws -> SettledRun {
    var (run, images) = try headless.told(index)
    let variant = headless.model.variants[index]
    let questions = try order.questions(of: variant.shapes.sites, classes: images.classes(of: variant))
    try headless.answer(questions, in: &run, variant, images)
    return run
  }
}
