import ArgumentParser
import Export
import Figures
import Images
import Networks
import PlainText
import RunFiles
import Streaming

/// `dyviz diff`: what differs between two variants, or between two exports.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two variants, or two saved or exported runs, activation by activation.",
    usage: """
      dyviz diff MODEL... IMAGES --variants A B [--output FILE.csv] [--tolerance T] [--threads N] [--limit N] [--exact]
      dyviz diff RUN --variants A B | RUN_A RUN_B [--variants A B] [--output FILE.csv] [--tolerance T]
      dyviz diff EXPORT_A EXPORT_B [--output FILE.csv] [--tolerance T]
      """,
    discussion: """
      Activations are matched by block and name. RUN is a saved run (dyviz stats --save RUN), EXPORT one variant's folder as \
      dyviz stats writes it (DIR/<variant>). docs/exports.md describes the columns.

      \(toleranceWords)

      EXIT STATUS
        0    done, and everything is within the tolerance where there is one
        3    something is beyond the tolerance
        1    something cannot be used; the message says what and why
        64   the command line is wrong
      """)

  /// The one sentence that says what a tolerance is about.
  static let toleranceWords = """
    T is compared with the absolute difference of every measure of a site (the mean of a distribution, a share, a number), of the means \
    of its slopes and intercepts, and of top-1 and top-5 as shares, and with the total variation distance of every \
    site's density, each in its own unit; a site or a number that one of the two alone has is beyond every T.
    """

  @Argument(
    help: ArgumentHelp(
      "Models and the image folder, one or two saved runs, or two exported folders.",
      valueName: "model ... images | run | export"),
    completion: .file())
  var paths: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The two variants to compare; of two saved runs, one of each.", valueName: "name"))
  var variants: [String] = []

  @OptionGroup var source: ImageOptions

  @OptionGroup var counting: CountingOptions

  @OptionGroup var reading: ModelOptions

  @Option(help: ArgumentHelp("The CSV file to write, with every difference.", valueName: "file"), completion: .file())
  var output: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("End with status 3 where something differs by more.", valueName: "t"))
  var tolerance: Double?

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance must be a number of at least 0")
    }
    guard variants.isEmpty || variants.count == 2 else {
      throw ValidationError("--variants takes two names, but here are \(variants.count)")
    }
    let areSaved = areSaved
    guard paths.count > 1 || areSaved || source.list != nil else {
      throw ValidationError("a model file and an image folder, or a saved run, are needed")
    }
    guard paths.count == 2 && source.isDefault || !variants.isEmpty else {
      throw ValidationError(
        "give two saved runs or exported folders, or a model file, an image folder and --variants A B")
    }
    guard !variants.isEmpty && !areSaved || counting.isDefault else {
      throw ValidationError("--exact, --limit, --strict and --threads go with a model and images: these runs are over")
    }
  }

  private var areSaved: Bool { source.isDefault && paths.count <= 2 && paths.allSatisfy(RunFile.isRun) }

  func run() throws {
    let output = try output.map { try OutputPath($0) }
    let differences = try areSaved ? ofSaved() : variants.isEmpty ? ofExports() : ofVariants()
    for warning in DifferencesText.warnings(differences) { Console.note("warning: \(warning)") }
    if let output {
      try ExportWriter.write([ExportFile(name: output.name, bytes: CSV(differences.table).bytes)], to: output.folder)
    }
    try Console.print(String(DifferencesText.text(differences, tolerance: tolerance).dropLast()))
    if let tolerance, !differences.isWithin(tolerance) { throw ExitCode(3) }
  }

  private func ofSaved() throws -> RunDifferences {
    let saved = try paths.map { (path: $0, run: try RunFile.read(path: $0)) }
    let files = saved.count == 1 ? [saved[0], saved[0]] : saved
    let sides = try files.enumerated().map { number, file in
      guard variants.isEmpty else { return RunSide(try file.run.run(of: variants[number], in: file.path)) }
      let runs = file.run.unchanged
      guard runs.count == 1 else {
        let names = runs.map(\.figure.variant).joined(separator: ", ")
        throw Failure("\(file.path.escaped): holds \(names); name one of each file with --variants A B")
      }
      return RunSide(runs[0], name: file.path)
    }
    return RunDifferences(sides[0], sides[1])
  }

  private func ofExports() throws(Failure) -> RunDifferences {
    do throws(ExportedRunError) {
      let first = try ExportedRun.read(paths[0])
      return RunDifferences(first, try ExportedRun.read(paths[1]))
    } catch {
      let isModel = error.path == paths[0] && error.path.hasSuffix(".bin")
      throw Failure("\(error)" + (isModel ? " (variants of a model are compared with --variants A B)" : ""))
    }
  }

  private func ofVariants() throws -> RunDifferences {
    let (models, images) = source.split(paths)
    let catalog = ImageCatalog(source.request(images))
    guard !catalog.request.isStream else { throw ImageCatalog.comesOnce }
    let model = try Model.loadWithActivations(models, reading.reading())
    let indices = try variants.compactMap { try model.index(of: $0) }
    let headless = HeadlessRun(
      model: model, images: catalog, settings: try counting.settings())
    // One after the other: what a side keeps is small beside what a run needs.
    let sides = try indices.map { RunSide(try headless.told($0).run) }
    return RunDifferences(sides[0], sides[1])
  }
}
