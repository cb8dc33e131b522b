import ArgumentParser
import Export
import Figures
import Images
import Networks
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

  @Argument(help: "A model file.", completion: .file())
  var model: String

  @Argument(help: "The images: folders, image files or archives.", completion: .file())
  var images: [String] = []

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
  var output: String

  @Option(help: "The variant to run; by default the first.")
  var variant: String?

  @OptionGroup var stream: StreamOptions

  @OptionGroup var reading: ModelOptions

  func validate() throws {
    try source.check(images)
    guard (1...ExemplarsFinding.mostExemplars).contains(top) else {
      throw ValidationError("--top must be 1 to \(ExemplarsFinding.mostExemplars)")
    }
    if extreme != nil, x != nil || y != nil {
      throw ValidationError("--extreme stands in the place of --x and --y")
    }
    if extreme == nil, x == nil, y == nil { throw ValidationError("give --x or --y, or both, or --extreme") }
  }

  func run() throws {
    let chosen = try ChosenModel([model], reading.reading(), variant: variant)
    let site = try chosen.site(named: self.site)
    let output = try OutputPath(self.output)
    let labels = chosen.variant.labels
    let images = try HeadlessImages(ImageCatalog(source.request(self.images)), labels: labels, limit: stream.limit)
    let question = question(site)
    let pass = try chosen.make { variant in
      try Pass(variant, questions: [question], items: images.items, settings: stream.settings())
    }
    _ = try pass.runHeadless()
    let findings = pass.findings([question, .skipped])
    let skipped = SkippedList(findings.answer(.skipped, as: SkippedImages.self)?.list ?? [], of: images.items)
    defer { skipped.show() }
    try images.check(seen: findings[question]?.images ?? 0)
    let name = { images.imageName($0, labels: labels) }
    let found: FoundImages
    switch findings[question] {
    case let finding as ExemplarsFinding: found = FoundImages(finding, at: site, top: top, name: name)
    case let finding as ExtremesFinding: found = FoundImages(finding, at: site, top: top, name: name)
    default: preconditionFailure("\(question) has one of two findings")
    }
    try ExportWriter.write([ExportFile(name: output.name, bytes: CSV(found.table).bytes)], to: output.folder)
    try Console.print(String(FoundText.text(found, at: site, sought: sought).dropLast()))
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
