import App
import Dispatch
import Export
import Figures
import Networks
import PlainText
import Statistics
import Streaming
import Synchronization
import Terminal
import TerminalDriver

/// A run on the screen: the terminal's requests go to the session, its end decides the program's.
struct LiveRun: RunController {
  let session: RunSession
  let output: String
  let save: OutputPath?
  let fingerprints: Later<[SavedRun.Origin.File]>

  /// Where the export key writes, where no folder was named.
  static let defaultOutput = "dyviz-export"
  /// Where the save key writes, where no file was named.
  private static let defaultSave = "run.dyviz"

  /// Shows the run until the user leaves; then ends it and says what the screen could not.
  static func show(
    _ model: Networks.Model, options: RunOptions, settings: RunSettings, save: OutputPath?,
    display: DisplayOptions
  ) throws {
    // Of the files as they are now: the model may be trained on while it is looked at.
    let fingerprints = Later { [models = options.source.models] in try RunSaving.fingerprints(models) }
    let index = try options.variantIndex(in: model) ?? 0
    let catalog = options.source.catalog
    let session = RunSession(model, images: catalog, settings: settings)
    let screen = try TerminalSession()
    try screen.open(options: display)
    let subject = Subject(variant: index)
    _ = session.ask(subject, [])
    let live = LiveRun(
      session: session, output: options.output ?? defaultOutput, save: save, fingerprints: fingerprints)
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
      for warning in listing.warnings { Console.note("warning: \(catalog.request.name): \(warning)") }
    }
    SkippedList(session.skippedPaths).show()
  }

  func ask(_ requests: [RunRequest]) -> [RunFigure] { session.ask(requests) }

  func export(_ marks: [Mark], _ view: ExportedView) throws -> String {
    try view.write(session.settled(), marks, to: output)
    return output
  }

  func save(_ marks: [Mark]) throws -> String {
    let output = try save ?? OutputPath(Self.defaultSave, option: "--save")
    let saving = RunSaving(output, models: try fingerprints.value(), images: session.images)
    try saving.write(session.settled(), marks: marks)
    return output.path
  }
}

/// A value that a thread of its own makes from now on.
final class Later<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let made = DispatchGroup()

  /// Begins to make it.
  init(_ make: @escaping @Sendable () throws -> Value) {
    made.enter()
    DispatchQueue.global().async { [self] in
      let value = Result { try make() }
      result.withLock { $0 = value }
      made.leave()
    }
  }

  /// The value; waits for it.
  func value() throws -> Value {
    made.wait()
    guard let result = result.withLock({ $0 }) else { preconditionFailure("it was made") }
    return try result.get()
  }
}
