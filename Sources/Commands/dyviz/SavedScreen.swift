import App
import Export
import Figures
import Networks
import RunFiles
import Statistics
import Synchronization
import Terminal
import TerminalDriver

/// A saved run on the screen: it answers what it holds and says of the rest that it takes the images.
struct SavedScreen: RunController {
  private let saved: SavedRun
  private let output: String
  private let densities = DensityCache()

  /// Shows a saved run until the user leaves.
  static func show(_ saved: SavedRun, variant: Int, output: String?, display: DisplayOptions) throws {
    let screen = try TerminalSession()
    try screen.open(options: display)
    let ending = TerminalApp.run(
      screen: screen, controller: SavedScreen(saved: saved, output: output ?? LiveRun.defaultOutput),
      subject: Subject(variant: variant), marks: saved.places, framesPerSecond: TerminalSession.suggestedFramesPerSecond
    )
    screen.close()
    if case .signal(let signal) = ending { TerminalSession.end(bySignal: signal) }
  }

  func ask(_ requests: [RunRequest]) -> [RunFigure] {
    requests.map { request in
      guard let run = saved.run(request.subject) else { return saved.unseen(request.subject) }
      var figure = run.figure
      for question in request.questions where figure.findings[question] == nil {
        if let density = densities.finding(question, of: request.subject, in: run) {
          figure.add(Findings([density]))
        } else if let image = figure.findings.image(question) {
          figure.add(Findings([image]))
        } else {
          figure.late[question] = .failed(SavedRun.needsImages)
        }
      }
      return figure
    }
  }

  func export(_ marks: [Mark], _ view: ExportedView) throws -> String {
    try view.write(saved.runs, marks, to: output)
    return output
  }

  func save(_ marks: [Mark]) throws -> String { throw Failure("this is a saved run already") }
}

/// The densities that were shown last: each takes 2 MiB, and is read from the archive again when it is asked for.
private final class DensityCache: Sendable {
  private struct Entry {
    let subject: Subject
    let finding: any Finding
  }

  private static let capacity = 24
  private let entries = Mutex<[Entry]>([])

  func finding(_ question: Question, of subject: Subject, in run: SettledRun) -> (any Finding)? {
    entries.withLock { entries in
      if let index = entries.firstIndex(where: { $0.subject == subject && $0.finding.question == question }) {
        let entry = entries.remove(at: index)
        entries.append(entry)
        return entry.finding
      }
      guard let finding = run.finding(question) else { return nil }
      entries = (entries + [Entry(subject: subject, finding: finding)]).suffix(Self.capacity)
      return finding
    }
  }
}
