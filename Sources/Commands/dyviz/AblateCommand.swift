import ArgumentParser
import Export
import Figures
import Networks
import PlainText
import RunFiles
import Statistics
import Streaming

/// `dyviz ablate`: what changes of a network do to its results.
struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate",
    abstract: "Change activations and write what that does to the network's results: does it matter?",
    discussion: """
      Every change runs beside the unchanged network on the same images. docs/exports.md describes the files, what_if.csv and \
      changed_images.csv in a folder for each variant. With --shard and --save it makes a part of the answers; dyviz merge makes \
      one run of all parts, of which dyviz ablate RUN with the same changes and orders writes the files.
      """)

  @OptionGroup var options: CountedOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      What is done, one or more of \(NamedChange.allValueStrings.joined(separator: ", ")); by default frozen, \
      no-intercepts and static.
      """, valueName: "change"))
  var change: [NamedChange] = [.plain(.frozen), .plain(.noIntercepts), .plain(.isStatic)]

  @Option(
    help: ArgumentHelp(
      """
      With --change \(WhatIf.Change.anotherImageWord): the image whose coefficients stand in for every image's, by its path below the folder, \
      or its end.
      """, valueName: "path"))
  var image: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      At which sites together, one or more of \(AblationOrder.allCases.map(\.rawValue).joined(separator: ", ")); by default all, role \
      and each. from-first and from-last change one site more at each step; greedy adds the one that costs least.
      """, valueName: "order"))
  var sites: [AblationOrder] = [.all, .role, .each]

  @Option(
    help: ArgumentHelp(
      "With frozen: the means of this saved run over all images, instead of counting them first; a shard needs it.",
      valueName: "run"), completion: .file())
  var means: String?

  func validate() throws {
    try options.source.refuse("--means", if: means != nil)
    if options.sharing.shard != nil {
      guard !sites.contains(.greedy) else {
        throw ValidationError("greedy needs all images after each step: it runs on one machine, without --shard")
      }
      guard means != nil || !change.contains(.plain(.frozen)) else {
        throw ValidationError("frozen needs the means over all images, which a share does not know: --means RUN")
      }
    }
    guard options.save == nil || !sites.contains(.greedy) else {
      throw ValidationError("what greedy finds cannot be saved: its steps are no answer to one question")
    }
    guard change.contains(.anotherImage) == (image != nil) else {
      throw ValidationError("--change \(WhatIf.Change.anotherImageWord) and --image PATH go together")
    }
  }

  func run() throws {
    if let path = options.source.saved { return try tell(try RunFile.read(path: path), in: path) }
    let model = try options.loadModel()
    let indices = try options.variantIndices(in: model)
    try options.probeOutput(for: indices.map { model.variants[$0].name })
    var asked = try options.savePath().map { try AskedRun($0, models: options.source.models) }
    let means = try means.map { try SavedMeans(path: $0, models: options.source.models) }
    let headless = HeadlessRun(model: model, images: options.source.catalog, settings: try options.settings())
    for index in indices { try run(headless, index, means, &asked) }
  }

  private func run(_ headless: HeadlessRun, _ index: Int, _ means: SavedMeans?, _ asked: inout AskedRun?) throws {
    let (model, variant) = (headless.model, headless.model.variants[index])
    let images = try headless.listed(index)
    let unseen = headless.unseen(index, images.source)
    let known = try means.map { try $0.known(of: unseen, images) }
    let line = ProgressLine()
    let changes = changes(try image.map { try images.ordinal(of: $0) })
    var run = AblationRun(
      variant, items: images.all, settings: headless.settings, known: known ?? Findings()
    ) { words, progress in line.show(progress, of: "\(variant.name), \(words)") }
    let figure = try model.make(variant) { _ in try run.run(sites, changes) }
    line.clear()
    if let shortage = run.shortage { Console.note("warning: \(shortage)") }
    let skipped = SkippedList(run.skipped, of: images.all)
    defer { skipped.show() }
    try images.check(seen: figure.unchanged.classification.images, of: headless.settings)
    if let answer = run.answer { try asked?.add(unseen, answer, images) }
    try tell(figure, unseen.figure)
  }

  /// Writes and tells what a saved run holds of what is asked.
  private func tell(_ saved: SavedRun, in path: String) throws {
    for run in try options.variant.map({ [try saved.run(of: $0, in: path)] }) ?? saved.unchanged {
      let ordinal = try image.map { image in
        guard let ordinal = run.figure.names?.ordinal(of: image) else {
          throw Failure("\(path.escaped): it names no image \(image.escaped), by its path below the folder")
        }
        return ordinal
      }
      let plan = AblationPlan(sites, changes(ordinal), of: run.figure.sites.map(\.site))
      guard !sites.contains(.greedy), let figure = run.whatIf(plan) else {
        throw Failure(
          "\(path.escaped): \(run.figure.variant.escaped): these changes in these orders are \(SavedRun.needsImages)")
      }
      try tell(figure, run.figure)
    }
  }

  /// Writes the files of a variant, and tells what is in them.
  private func tell(_ figure: WhatIfFigure, _ run: RunFigure) throws {
    if let output = options.output {
      try VariantExport.write([figure.table, figure.changedImages], variant: run.variant, below: output)
    }
    let part = run.part.map { ", \($0.words)" } ?? ""
    let unlabelled = run.listing.unlabelledWords.map { $0 + "\n" } ?? ""
    try Console.print("\(run.model) ▸ \(run.variant)\(part)\n\(unlabelled)\n" + WhatIfText.text(figure))
  }

  /// The changes, with the image that one of them takes.
  private func changes(_ ordinal: Int?) -> [WhatIf.Change] {
    change.compactMap { named in
      switch named {
      case .plain(let change): change
      case .anotherImage: ordinal.map { .anotherImage(ordinal: $0) }
      }
    }
  }
}

/// A change as the command line names it: the image that one of them takes has an option of its own.
enum NamedChange: ExpressibleByArgument, Equatable {
  case plain(WhatIf.Change)
  case anotherImage

  init?(argument: String) {
    if argument == WhatIf.Change.anotherImageWord {
      self = .anotherImage
      return
    }
    guard let change = WhatIf.Change.plain.first(where: { $0.word == argument }) else { return nil }
    self = .plain(change)
  }

  /// The word, in the help.
  var defaultValueDescription: String {
    switch self {
    case .plain(let change): change.word
    case .anotherImage: WhatIf.Change.anotherImageWord
    }
  }

  static var allValueStrings: [String] { WhatIf.Change.plain.map(\.word) + [WhatIf.Change.anotherImageWord] }
}

extension AblationOrder: ExpressibleByArgument {}
