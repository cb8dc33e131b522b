import ArgumentParser
import Inference
import Kernels
import ModelFiles
import Networks
import TerminalDriver

/// `dyviz MODEL... IMAGES`: the screen, or the summary where there is no terminal.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show live what every activation does (the default).")

  @OptionGroup var options: RunOptions

  func run() throws {
    let model = try options.loadModel()
    let settings = try options.settings()
    if TerminalSession.isAvailable {
      try LiveRun.show(model, options: options, settings: settings)
    } else {
      let index = try options.variantIndex(in: model) ?? 0
      try HeadlessRun(model: model, options: options, settings: settings).run(index)
    }
  }
}

/// `dyviz stats`: no screen; the summary and the exported files.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Run all variants without a screen and write the statistics as CSV and JSON.")

  @OptionGroup var options: RunOptions

  func validate() throws {
    if options.output == nil { throw ValidationError("--output DIR is needed") }
  }

  func run() throws {
    let model = try options.loadModel()
    let headless = HeadlessRun(model: model, options: options, settings: try options.settings())
    let chosen = try options.variantIndex(in: model)
    for index in chosen.map({ [$0] }) ?? Array(model.variants.indices) { try headless.run(index) }
  }
}

/// `dyviz info`: what is in a model file, or how one of its networks runs.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "List a model's variants, blocks, sites and shapes, or the steps that run it.")

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"))
  var models: [String]

  @Flag(help: "Print the steps that a network runs in: what is fused, tiles, bytes, multiply-adds.")
  var plan = false

  @Option(help: "The variant to plan; by default the first.")
  var variant: String?

  @Option(help: "Height and width of the images instead of the network's own.")
  var size: Int?

  func validate() throws {
    if !plan, variant != nil || size != nil { throw ValidationError("--variant and --size go with --plan") }
    if let size, !(1...GraphShapes.maximumExtent).contains(size) {
      throw ValidationError("--size must be 1 to \(GraphShapes.maximumExtent)")
    }
  }

  func run() throws {
    let model = try Model.load(models)
    guard plan else {
      print(ModelDescription(model).lines.joined(separator: "\n"))
      return
    }
    let chosen = model.variants[try model.index(of: variant) ?? 0]
    let graph = size.map { chosen.graph.resized(to: Extent2D($0)) } ?? chosen.graph
    do {
      let plan = try Plan(graph, weights: chosen.weights, kernels: .best)
      print("\(model.fileName) ▸ \(chosen.name), \(plan.input.text)\n\n\(plan)")
    } catch let error as GraphError {
      throw Failure("\(model.fileName): variant \(chosen.name)\(size.map { " at \($0)×\($0)" } ?? ""): \(error)")
    }
  }
}
