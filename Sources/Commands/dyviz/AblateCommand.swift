import ArgumentParser
import Export
import Figures
import Images
import Networks
import Statistics
import Streaming

/// `dyviz ablate`: what changes of a network do to its results.
struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate",
    abstract: "Change activations and write what that does to the network's results: does it matter?",
    discussion: """
      Every change runs beside the unchanged network on the same images. docs/exports.md describes the files, what_if.csv and \
      changed_images.csv in a folder for each variant.
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

  func validate() throws {
    guard change.contains(.anotherImage) == (image != nil) else {
      throw ValidationError("--change \(WhatIf.Change.anotherImageWord) and --image PATH go together")
    }
  }

  func run() throws {
    let model = try options.loadModel()
    let indices = try options.variantIndices(in: model)
    try options.probeOutput(for: indices.map { model.variants[$0].name })
    let catalog = options.catalog
    for index in indices { try run(model, model.variants[index], catalog) }
  }

  private func run(_ model: Model, _ variant: Variant, _ catalog: ImageCatalog) throws {
    let images = try HeadlessImages(catalog, labels: variant.labels, limit: options.counting.stream.limit)
    let line = ProgressLine()
    let changes = try changes(images)
    var run = AblationRun(variant, items: images.all, settings: try options.settings()) { words, progress in
      line.show(progress, of: "\(variant.name), \(words)")
    }
    let figure = try model.make(variant) { _ in try run.run(sites, changes) }
    line.clear()
    if let shortage = run.shortage { Console.note("warning: \(shortage)") }
    let skipped = SkippedList(run.skipped, of: images.items)
    defer { skipped.show() }
    try images.check(seen: figure.unchanged.classification.images)
    let tables = [figure.table, figure.changedImages]
    try VariantExport.write(tables, variant: variant.name, below: options.output ?? "")
    let unlabelled = images.listing.unlabelledWords.map { $0 + "\n" } ?? ""
    try Console.print("\(model.fileName) ▸ \(variant.name)\n\(unlabelled)\n" + WhatIfText.text(figure))
  }

  /// The changes, with the image that one of them takes.
  private func changes(_ images: HeadlessImages) throws -> [WhatIf.Change] {
    let ordinal = try image.map { try images.ordinal(of: $0) }
    return change.compactMap { named in
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
