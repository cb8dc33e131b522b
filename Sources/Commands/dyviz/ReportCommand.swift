import ArgumentParser
import Export
import Figures
import Images
import Networks
import PlainText
import Reports
import RunFiles
import Statistics
import Streaming

/// `dyviz report`: one page that shows a run to somebody who has a browser and nothing else.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one HTML file that shows a run in a browser, without anything outside it.",
    discussion: """
      Of models and images it asks what it shows: every variant, the images that tell most at the activations whose slopes vary most, \
      and with --what-if what changes of the activations do. Of a saved run it shows what that holds. docs/report.md describes \
      the page.
      """)

  @OptionGroup var source: RunSource

  @Option(help: ArgumentHelp("The HTML file to write.", valueName: "file"), completion: .file(extensions: ["html"]))
  var output: String

  @Flag(
    help:
      "Ask too what becomes of the results when activations are frozen at their means, or static; goes through the images again."
  )
  var whatIf = false

  @Option(help: "The one variant to show; by default all.")
  var variant: String?

  @Option(help: ArgumentHelp("Save the run with all that was asked, too.", valueName: "run"), completion: .file())
  var save: String?

  func validate() throws {
    try source.refuse("--what-if", if: whatIf)
    try source.refuse("--save", if: save != nil)
  }

  func run() throws {
    let place = try OutputPath(output)
    let saved = try source.saved.map(read) ?? made()
    let bytes = Report(saved).bytes
    try ExportWriter.write([ExportFile(name: place.name, bytes: bytes)], to: place.folder)
    let variants = saved.unchanged.map(\.figure.variant).joined(separator: ", ")
    try Console.print("\(place.path): \(variants), \(ByteText.of(bytes.count))")
  }

  /// A saved run, or the one variant of it.
  private func read(_ path: String) throws -> SavedRun {
    let saved = try RunFile.read(path: path)
    guard let variant else { return saved }
    let index = try saved.run(of: variant, in: path).figure.subject.variant
    return SavedRun(
      origin: saved.origin, runs: saved.runs.filter { $0.figure.subject.variant == index }, marks: saved.marks)
  }

  /// A run of the models over the images, with all that a report shows.
  private func made() throws -> SavedRun {
    let (models, catalog) = (source.models, source.catalog)
    guard !catalog.request.isStream else { throw ImageCatalog.comesOnce }
    let save = try save.map { try OutputPath($0, option: "--save") }
    let model = try Model.loadWithActivations(models, source.reading.reading())
    let fingerprints = try RunSaving.fingerprints(models)
    let headless = HeadlessRun(
      model: model, images: catalog, settings: try source.counting.settings())
    let indices = try model.index(of: variant).map { [$0] } ?? Array(model.variants.indices)
    var runs: [SettledRun] = []
    var origin = SavedRun.Origin(models: fingerprints, images: [])
    for index in indices {
      var (run, images) = try headless.told(index)
      try ask(&run, headless, model.variants[index], images)
      runs.append(run)
      origin = SavedRun.Origin(models: fingerprints, images: images.all)
      // After each variant: what was counted is not lost where the next one fails.
      if let save { try RunSaving(save, models: fingerprints, images: images.all).write(runs) }
    }
    return SavedRun(origin: origin, runs: runs)
  }

  /// Asks of a variant what a report shows beside what every run counts.
  private func ask(
    _ run: inout SettledRun, _ headless: HeadlessRun, _ variant: Variant, _ images: HeadlessImages
  ) throws {
    var questions = ReportQuestions.images(of: run)
    if !questions.isEmpty, let classes = images.classes(of: variant) {
      questions.append(.slopeClasses(site: nil, classes: classes))
    }
    try headless.answer(questions, in: &run, variant, images)
    try headless.answer(ReportQuestions.functions(in: run), in: &run, variant, images)
    if whatIf, let changes = ReportQuestions.changes(of: variant.shapes.sites) {
      try headless.answer([changes], in: &run, variant, images)
    }
  }
}
