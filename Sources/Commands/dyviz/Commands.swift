import ArgumentParser
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
    let index = try options.variantIndex(in: model) ?? 0
    try options.probeOutput(for: [model.variants[index].name])
    if TerminalSession.isAvailable {
      try LiveRun.show(model, options: options, settings: settings)
    } else {
      try HeadlessRun(model: model, options: options, settings: settings).run(index)
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

  func validate() throws { try options.checkOutput() }

  func run() throws {
    let model = try options.loadModel()
    let headless = HeadlessRun(
      model: model, options: options, settings: try options.settings(), withChannels: channels)
    let indices = try options.variantIndices(in: model)
    try options.probeOutput(for: indices.map { model.variants[$0].name })
    for index in indices { try headless.run(index) }
  }
}
