import ArgumentParser
import Export
import Figures
import Images
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// `dyviz find`: which images lie behind a part of a site's scatter, or are its extremes.
struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find the images behind a part of an activation's scatter, or with its most extreme pairs, as CSV.",
    discussion: """
      A pair is an input x and an output y of the activation, at one position of one channel for one image; all of them are looked at. \
      RANGE is LOWER:UPPER, for LOWER <= v < UPPER; either end may be left out, as in 2: or :-1. docs/exports.md describes the columns.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model file, then the images: folders, image files or archives; or a saved run that was asked the same.",
      valueName: "model images | run"),
    completion: .file())
  var paths: [String]

  @OptionGroup var source: ImageOptions

  @Option(help: ArgumentHelp("The activation: its node, or its block and name there, as 5.A2.", valueName: "node"))
  var site: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Inputs of the pairs to find; by default all.", valueName: "range"),
    transform: ValueRange.init(argument:))
  var x: ValueRange?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Outputs of the pairs to find; by default all.", valueName: "range"),
    transform: ValueRange.init(argument:))
  var y: ValueRange?

  @Option(help: "Instead of ranges, each image's pair of largest |y - relu(x)| (gain), largest or smallest y.")
  var extreme: ExtremeOrder?

  @Option(help: "The first N images alone, 1 to \(ExemplarsFinding.mostExemplars), which is the default.")
  var top = ExemplarsFinding.mostExemplars

  @Option(help: ArgumentHelp("The CSV file to write.", valueName: "file"), completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("The file for the answer as a saved run.", valueName: "run"), completion: .file())
  var save: String?

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var stream: StreamOptions

  @OptionGroup var sharing: ShardOptions

  @OptionGroup var reading: ModelOptions

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("a model file and images, or a saved run, are needed") }
    guard output != nil || save != nil else { throw ValidationError("--output FILE.csv or --save RUN is needed") }
    let isAskedOfImages = !stream.isDefault || save != nil || sharing.shard != nil || !reading.isDefault
    guard saved == nil || !isAskedOfImages && source.isDefault else {
      throw ValidationError("--save, --shard, --limit and others go with a model and images: a saved run is over")
    }
    guard (1...ExemplarsFinding.mostExemplars).contains(top) else {
      throw ValidationError("--top must be 1 to \(ExemplarsFinding.mostExemplars)")
    }
    if extreme != nil, x != nil || y != nil {
      throw ValidationError("--extreme stands in the place of --x and --y")
    }
    if extreme == nil, x == nil, y == nil { throw ValidationError("give --x or --y, or both, or --extreme") }
  }

  func run() throws {
    let output = try output.map { try OutputPath($0) }
    if let saved { return try tell(RunFile.read(path: saved), in: saved, to: output) }
    let chosen = try ChosenModel([paths[0]], reading.reading(), variant: variant)
    let site = try chosen.site(named: self.site)
    var asked = try save.map { try AskedRun(OutputPath($0, option: "--save"), models: [paths[0]]) }
    var settings = try stream.settings()
    settings.share = sharing.shard
    let catalog = ImageCatalog(source.request(Array(paths.dropFirst())))
    let headless = HeadlessRun(model: chosen.model, images: catalog, settings: settings)
    let index = try chosen.model.index(of: chosen.variant.name) ?? 0
    let images = try headless.listed(index)
    let question = question(site)
    let pass = try chosen.make { variant in
      try Pass(variant, questions: [question], items: images.all, settings: settings)
    }
    _ = try pass.runHeadless()
    let answer = pass.counted([question, .skipped])
    let skipped = SkippedList(answer.findings.answer(.skipped, as: SkippedImages.self)?.list ?? [], of: images.all)
    defer { skipped.show() }
    try images.check(seen: answer.findings[question]?.images ?? 0, of: settings)
    let unseen = headless.unseen(index, images.source)
    try asked?.add(unseen, answer, images)
    try tell(answer.findings[question], unseen.figure, at: site, to: output)
  }

  /// The saved run that is named; nil where a model and images are.
  private var saved: String? { paths.count == 1 && source.list == nil ? paths[0] : nil }

  /// Writes and tells what a saved run holds of what is asked.
  private func tell(_ saved: SavedRun, in path: String, to output: OutputPath?) throws {
    let run = try saved.run(of: variant ?? saved.unchanged.first?.figure.variant ?? "", in: path)
    let sites = run.figure.sites.map(\.site)
    guard let site = sites.named(self.site) else {
      throw Failure(
        "\(path.escaped): variant \(run.figure.variant.escaped) has no activation \(self.site.escaped), but "
          + "\(sites.nodes(like: self.site).map(\.escaped).joined(separator: ", "))")
    }
    guard let finding = run.finding(question(site)) else {
      throw Failure("\(path.escaped): this is \(SavedRun.needsImages)")
    }
    try tell(finding, run.figure, at: site, to: output)
  }

  /// Writes what was found, and tells it.
  private func tell(
    _ finding: (any Finding)?, _ run: RunFigure, at site: ActivationSite, to output: OutputPath?
  ) throws {
    let names = run.names
    let name = { (ordinal: Int) in
      ImageName(path: names?.image(ordinal) ?? "", label: names?.labelName(ofImage: ordinal))
    }
    let found: FoundImages
    switch finding {
    case let finding as ExemplarsFinding: found = FoundImages(finding, at: site, top: top, name: name)
    case let finding as ExtremesFinding: found = FoundImages(finding, at: site, top: top, name: name)
    default: preconditionFailure("this question has one of two findings")
    }
    if let output {
      try ExportWriter.write([ExportFile(name: output.name, bytes: CSV(found.table).bytes)], to: output.folder)
    }
    let part = run.part.map { "\($0.words)\n" } ?? ""
    try Console.print(part + String(FoundText.text(found, at: site, sought: sought).dropLast()))
  }

  private func question(_ site: ActivationSite) -> Question {
    if let extreme { return .extremes(site: site.id, order: extreme) }
    return .exemplars(site: site.id, region: PairRegion(x: x ?? .all, y: y ?? .all))
  }

  /// What is looked for, in words.
  private var sought: String {
    if let extreme { return "the pairs of \(extreme.words), one of each image" }
    let ranges = [("x", x), ("y", y)].compactMap { name, range in range.map { "\(name) \($0.words)" } }
    return ranges.joined(separator: ", ")
  }
}

extension ExtremeOrder: ExpressibleByArgument {}

extension ValueRange {
  /// `2:2.25`, `2:`, `:-1`.
  init(argument: String) throws {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false)
    func end(_ index: Int) -> Float?? { ends[index].isEmpty ? .some(nil) : Float(ends[index]).map(Optional.some) }
    guard ends.count == 2, let lower = end(0), let upper = end(1), let range = ValueRange(lower: lower, upper: upper)
    else {
      throw ValidationError(
        "must be LOWER:UPPER, finite numbers of which the first is the smaller one or is left out, as in 2:2.25 or :-1")
    }
    self = range
  }

  fileprivate var words: String {
    switch (lower, upper) {
    case (let lower?, let upper?): "\(lower) ... \(upper)"
    case (let lower?, nil): "from \(lower)"
    case (nil, let upper?): "below \(upper)"
    case (nil, nil): "any"
    }
  }
}
