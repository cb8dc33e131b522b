import ArgumentParser
import Figures
import Files
import PlainText
import Streaming

/// Keeps a run without a screen in its file: whole variants as they are over and, where that was asked for, what is
/// known of the one that is going on, again and again.
final class RunKeeping {
  /// The status of a program that saved its run because a signal asked for its end (EX_TEMPFAIL: try again).
  static let interrupted = ExitCode(75)

  /// How often a run is saved while it goes on.
  enum Interval {
    /// So many seconds lie between two times.
    case seconds(Double)
    /// 30, and more where saving takes long: it takes at most one part in a hundred of the time.
    case usual

    /// Seconds to the next time after one that took so long.
    func next(after seconds: Double) -> Double {
      switch self {
      case .seconds(let interval): interval
      case .usual: max(30, 100 * seconds)
      }
    }
  }

  private let saving: RunSaving
  /// Nil to save at the end of each variant alone.
  private let interval: Interval?
  /// What is known of the variants that are over, and of those that the run has not come to again.
  private var known: [SettledRun]
  private let marks: [Mark]
  private let clock = ContinuousClock()
  private var due: ContinuousClock.Instant

  /// Nothing is written yet.
  ///
  /// - Parameters:
  ///   - saving: The file.
  ///   - interval: How often it is written while the run goes on; nil to write whole variants alone.
  ///   - known: What an earlier run knows.
  ///   - marks: What the user kept of it.
  init(_ saving: RunSaving, every interval: Interval?, known: [SettledRun] = [], marks: [Mark] = []) {
    self.saving = saving
    self.interval = interval
    self.known = known
    self.marks = marks
    due = clock.now + .seconds(interval?.next(after: 0) ?? 0)
  }

  /// Seconds that a pass may go on before somebody looks whether it is to be kept.
  var longestWait: Double { min(0.2, interval?.next(after: 0) ?? 0.2) }

  /// Writes what is known by now if it is time; what cannot be written then may be written the next time.
  ///
  /// Nobody waits for it but the thread that calls: workers go on.
  func keepIfDue(_ run: () throws -> SettledRun) throws {
    guard let interval, clock.now >= due else { return }
    let start = clock.now
    let run = try run()
    do {
      try write(with: run)
    } catch let error as FileError {
      Console.note("warning: \(error); the run goes on, \(saving.output.path.escaped) is as it was")
    }
    due = clock.now + .seconds(interval.next(after: Double(seconds: clock.now - start)))
  }

  /// Whether a signal asks for the end, and this run is to be kept before.
  var isToEnd: Bool { interval != nil && EndRequest.signal != nil }

  /// Writes what is known by now because a signal asks for the end.
  func end(_ run: SettledRun) throws -> Never {
    try write(with: run)
    let name = saving.output.path.escaped
    Console.note("ended by signal \(EndRequest.signal ?? 0); saved in \(name): --resume \(name) goes on")
    throw Self.interrupted
  }

  /// Notes that a variant is over, and writes it with the others: what was counted is not lost where the next one
  /// fails.
  ///
  /// - Parameter isWritten: Whether the file holds all of it already.
  func finish(_ run: SettledRun, isWritten: Bool) throws {
    if !isWritten { try write(with: run) }
    known = others(than: run) + [run]
  }

  private func write(with run: SettledRun) throws { try saving.write(others(than: run) + [run], marks: marks) }

  private func others(than run: SettledRun) -> [SettledRun] {
    known.filter { $0.figure.subject != run.figure.subject }
  }
}

/// How a pass of a run is kept: by whom, and what is known when it is.
struct PassKeeping {
  let keeping: RunKeeping
  let run: () throws -> SettledRun
}
