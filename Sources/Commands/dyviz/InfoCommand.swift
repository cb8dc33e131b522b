import ArgumentParser
import Inference
import ModelFiles
import NetworkTables
import Networks

/// `dyviz info`: what is in a model file, how one of its networks runs, or what the paper's networks cost.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract:
      "List a model's variants, blocks, sites and shapes, or the steps that run it, or count a network of the paper.")

  @Argument(help: ArgumentHelp("Model files.", valueName: "model"), completion: .file())
  var models: [String] = []

  @Flag(help: "Print the steps that a network runs in: what is fused, tiles, bytes, multiply-adds.")
  var plan = false

  @Option(help: "The variant to plan; by default the first.")
  var variant: String?

  @OptionGroup var input: SizeOptions

  @OptionGroup var computing: KernelOptions

  @OptionGroup var file: FileArguments

  @OptionGroup var reading: PreprocessingArguments

  @Flag(help: "Print the paper's Tables 4, 5, 8 and 10: our counts beside the paper's.")
  var paper = false

  @OptionGroup(title: "A network of the paper, without a model file")
  var network: NetworkArguments

  func validate() throws {
    let sources = [!models.isEmpty, paper, network.network != nil].count { $0 }
    guard sources == 1 else {
      throw ValidationError("give model files, or --network NAME, or --paper")
    }
    if !plan || models.isEmpty, plan || variant != nil || input.size != nil || computing.instructionSet != nil {
      throw ValidationError(
        "--plan goes with model files; --variant, --size and --instruction-set go with --plan")
    }
  }

  func run() throws {
    if paper {
      try Console.print(PaperReport.lines().joined(separator: "\n"))
    } else if network.network != nil {
      try Console.print(network.summary().lines.joined(separator: "\n"))
    } else {
      try printModel()
    }
  }

  private func printModel() throws {
    var options = try reading.reading(needsPreprocessing: false)
    options.input = try (network.input ?? input.size.map(String.init)).map { try Extent2D(argument: $0, of: "--input") }
    file.say(&options)
    guard plan else {
      try Console.print(ModelDescription(try Model.loadWithWarnings(models, options)).lines.joined(separator: "\n"))
      return
    }
    let chosen = try ChosenModel(models, options, variant: variant)
    let plan = try chosen.make(size: input.size) { variant in
      let graph = input.size.map { variant.graph.resized(to: Extent2D($0)) } ?? variant.graph
      return try Plan(graph, weights: variant.weights, kernels: computing.table())
    }
    try Console.print("\(chosen.model.fileName) ▸ \(chosen.variant.name), \(plan.input.text)\n\n\(plan)")
  }
}
