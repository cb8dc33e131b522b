import ArgumentParser
import Export
import Figures
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

  @OptionGroup var options: RunOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      What is done, one or more of \(WhatIf.Change.allCases.map(\.rawValue).joined(separator: ", ")); by default frozen, \
      no-intercepts and static.
      """, valueName: "change"))
  var change: [WhatIf.Change] = [.frozen, .noIntercepts, .isStatic]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      At which sites together, one or more of \(AblationOrder.allCases.map(\.rawValue).joined(separator: ", ")); by default all, role \
      and each. from-first and from-last change one site more at each step; greedy adds the one that costs least.
      """, valueName: "order"))
  var sites: [AblationOrder] = [.all, .role, .each]

  func validate() throws { try options.checkOutput() }

  func run() throws {
    let model = try options.loadModel()
    let indices = try options.variantIndices(in: model)
    try options.probeOutput(for: indices.map { model.variants[$0].name })
    for index in indices { try run(model, model.variants[index]) }
  }

  private func run(_ model: Model, _ variant: Variant) throws {
    let images = try HeadlessImages(options.images, labels: variant.labels, limit: options.stream.limit)
    let line = ProgressLine()
    var run = AblationRun(variant, items: images.items, settings: try options.settings()) { words, progress in
      line.show(progress, of: "\(variant.name), \(words)")
    }
    let figure = try model.make(variant) { _ in try run.run(sites, change) }
    line.clear()
    if let shortage = run.shortage { Console.note("warning: \(shortage)") }
    let skipped = SkippedList(run.skipped, of: images.items)
    defer { skipped.show() }
    try images.check(seen: figure.unchanged.classification.images)
    let names = SourceNames(images: images.items.map(\.relativePath), classes: variant.labels)
    let tables = [figure.table, figure.changedImages(names)]
    try VariantExport.write(tables, variant: variant.name, below: options.output ?? "")
    let unlabelled = images.listing.unlabelledWords.map { $0 + "\n" } ?? ""
    try Console.print("\(model.fileName) ▸ \(variant.name)\n\(unlabelled)\n" + WhatIfText.text(figure))
  }
}

extension WhatIf.Change: ExpressibleByArgument {}
extension AblationOrder: ExpressibleByArgument {}
