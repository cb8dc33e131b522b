import App
import Export
import Figures
import Foundation
import Networks
import Streaming
import TerminalDriver

/// A run on the screen: the terminal's requests go to the session, its end decides the program's.
struct LiveRun: RunController {
  let session: RunSession
  let output: String

  /// Shows the run until the user leaves; then ends it and says what the screen could not.
  static func show(_ model: Networks.Model, options: RunOptions, settings: RunSettings) throws {
    let index = try options.variantIndex(in: model) ?? 0
    let session = RunSession(model, images: [options.images], variant: index, settings: settings)
    let screen = try TerminalSession()
    try screen.open()
    session.startVariant(index)
    let live = LiveRun(session: session, output: options.output ?? "dyviz-export")
    let ending = TerminalApp.run(
      screen: screen, controller: live, framesPerSecond: TerminalSession.suggestedFramesPerSecond)
    screen.close()
    if case .signal(let signal) = ending { TerminalSession.end(bySignal: signal) }
    session.stop()
    if let failure = session.failure { throw Failure(failure) }
    options.printSkipped(session.skipped)
  }

  func snapshot(for sites: Set<Int>) -> RunSnapshot? { session.snapshot(for: sites) }

  func startVariant(_ index: Int) { session.startVariant(index) }

  func export() throws -> String {
    for (index, results) in session.results() {
      let report = results.report(model: session.model.fileName, variant: session.model.variants[index].name)
      try VariantExport.write(report, below: output)
    }
    return output
  }
}
