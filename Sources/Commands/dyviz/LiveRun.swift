import App
import Export
import Figures
import Networks
import PlainText
import Statistics
import Streaming
import Terminal
import TerminalDriver

/// A run on the screen: the terminal's requests go to the session, its end decides the program's.
struct LiveRun: RunController {
  let session: RunSession
  let output: String

  /// Shows the run until the user leaves; then ends it and says what the screen could not.
  static func show(
    _ model: Networks.Model, options: RunOptions, settings: RunSettings, display: DisplayOptions
  ) throws {
    let index = try options.variantIndex(in: model) ?? 0
    let session = RunSession(model, images: [options.images], settings: settings)
    let screen = try TerminalSession()
    try screen.open(options: display)
    let subject = Subject(variant: index)
    _ = session.ask(subject, [])
    let live = LiveRun(session: session, output: options.output ?? "dyviz-export")
    let ending = TerminalApp.run(
      screen: screen, controller: live, subject: subject,
      framesPerSecond: TerminalSession.suggestedFramesPerSecond)
    screen.close()
    if case .signal(let signal) = ending { TerminalSession.end(bySignal: signal) }
    // Whatever the workers are at, the user who leaves does not wait for it.
    session.stop(atMost: 0.1)
    if let failure = session.failure { throw Failure(failure) }
    for warning in session.warnings { Console.note("warning: \(warning)") }
    if let listing = session.listing(index) {
      for doubt in listing.doubts { Console.note("warning: \(options.images.escaped): \(doubt)") }
    }
    SkippedList(session.skippedPaths).show()
  }

  func ask(_ requests: [RunRequest]) -> [RunFigure] { session.ask(requests) }

  func export(_ marks: [Mark]) throws -> String {
    let runs = session.settled()
    if !marks.isEmpty { try VariantExport.write(marks.table(runs.first?.figure.names), to: output) }
    for run in runs where run.figure.subject.changes.isEmpty {
      try VariantExport.write(run, below: output)
    }
    return output
  }
}
