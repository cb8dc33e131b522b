import ArgumentParser
import Files
import FoundationEssentials
import Images
import Networks
import RunFiles
import Terminal
import TerminalDriver

extension DisplayOptions.ColorUse: ExpressibleByArgument {}
extension DisplayOptions.Look: ExpressibleByArgument {}

/// `dyviz MODEL... IMAGES`: the screen, or the summary where there is no terminal.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show live what every activation does (the default).")

  @OptionGroup var options: RunOptions

  @Option(help: "Colours: auto (those of the terminal, none with NO_COLOR), always or never.")
  var color = DisplayOptions.ColorUse.auto

  @Option(help: "The look: dark, light, mono (no colours) or ascii; by default dark or, with COLORFGBG, light.")
  var theme: DisplayOptions.Look?

  func run() throws {
    let display = DisplayOptions(colors: color, look: theme, environment: ProcessInfo.processInfo.environment)
    if let path = options.source.saved {
      let saved = try RunFile.read(path: path)
      let run = try options.variant.map { try saved.run(of: $0, in: path) }
      guard TerminalSession.isAvailable else { return try saved.tell(run, output: options.output) }
      return try SavedScreen.show(
        saved, variant: run?.figure.subject.variant ?? 0, output: options.output, display: display)
    }
    let model = try options.loadModel()
    let settings = try options.settings()
    let index = try options.variantIndex(in: model) ?? 0
    try options.probeOutput(for: [model.variants[index].name])
    if TerminalSession.isAvailable {
      try LiveRun.show(model, options: options, settings: settings, save: try options.savePath(), display: display)
    } else {
      try HeadlessRun(
        model: model, images: options.source.catalog, settings: settings, output: options.output,
        saving: try options.savingPlan()
      ).run([index])
    }
  }
}

/// `dyviz stats`: no screen; the summary and the exported files.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Run all variants without a screen and write the statistics as CSV and JSON.")

  @OptionGroup var options: RunOptions

  @Flag(
    help: """
      Write channels.csv too, what each channel does, and how far slopes depend on the images' classes; goes through the \
      images a second time.
      """)
  var channels = false

  @OptionGroup var keeping: KeepingOptions

  func validate() throws {
    guard options.output != nil || options.save != nil || keeping.resume != nil else {
      throw ValidationError("--output DIR or --save RUN is needed")
    }
    guard keeping.every == nil || options.save != nil || keeping.resume != nil else {
      throw ValidationError("--every goes with --save RUN or --resume RUN")
    }
    try options.source.refuse("--channels", if: channels)
    try options.source.refuse("--every", if: keeping.every != nil)
    try options.source.refuse("--resume", if: keeping.resume != nil)
    guard keeping.interval == nil || options.source.saved != nil || !options.source.catalog.request.isStream else {
      throw ValidationError("--every and --resume may take the images a second time: \(ImageCatalog.comesOnce)")
    }
  }

  func run() throws {
    if let path = options.source.saved {
      let saved = try RunFile.read(path: path)
      return try saved.tell(options.variant.map { try saved.run(of: $0, in: path) }, output: options.output)
    }
    // Before the model is read and the images are listed, which may take as long as a scheduler waits.
    if keeping.interval != nil { EndRequest.note() }
    let model = try options.loadModel()
    let indices = try options.variantIndices(in: model)
    try options.probeOutput(for: indices.map { model.variants[$0].name })
    try HeadlessRun(
      model: model, images: options.source.catalog, settings: try options.settings(), output: options.output,
      withChannels: channels, saving: try options.savingPlan(keeping)
    ).run(indices)
  }
}
