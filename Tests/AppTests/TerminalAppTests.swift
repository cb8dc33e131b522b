import App
import Figures
import Foundation
import Networks
import Statistics
import Synchronization
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

/// A screen whose events are written down beforehand and whose drawings are kept.
final class ScriptedScreen: TerminalScreen {
  private(set) var size = CellSize(columns: 80, rows: 24)
  var sizeAfterStop: CellSize?
  let capabilities = Capabilities.full
  let wake: @Sendable () -> Void = {}
  var batches: [[TerminalEvent]]
  private(set) var drawn: [CellBuffer] = []
  private(set) var timeouts: [Duration?] = []
  private(set) var suspensions = 0
  private(set) var mouseUses: [Bool] = []

  private let pause: Double

  init(_ batches: [[TerminalEvent]], pause: Double = 0) {
    self.batches = batches
    self.pause = pause
  }

  func nextEvents(timeout: Duration?) -> [TerminalEvent] {
    timeouts.append(timeout)
    if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    return batches.isEmpty ? [.hangUp] : batches.removeFirst()
  }

  func draw(_ buffer: CellBuffer) { drawn.append(buffer) }
  func repaint() {}
  func useMouse(_ isUsed: Bool) { mouseUses.append(isUsed) }
  func suspend() {
    suspensions += 1
    size = sizeAfterStop ?? size
  }
}

/// A run that is finished from the start and notes what it is asked for.
final class FinishedRun: RunController {
  let asked = Mutex<[Set<Question>]>([])
  let subjects = Mutex<[Subject]>([])
  let exports = Mutex(0)

  func ask(_ requests: [RunRequest]) -> [RunFigure] { requests.map { answer($0.subject, $0.questions) } }

  private func answer(_ subject: Subject, _ questions: Set<Question>) -> RunFigure {
    asked.withLock { $0.append(questions) }
    subjects.withLock { if $0.last != subject { $0.append(subject) } }
    let sites = questions.compactMap { if case .density(let site) = $0 { site } else { nil } }
    return SyntheticRun.snapshot(variant: subject.variant, densities: Set(sites))
  }

  func export(_ marks: [Mark], _ view: ExportedView) throws -> String {
    Thread.sleep(forTimeInterval: 0.1)
    exports.withLock { $0 += 1 }
    return "out"
  }

  func save(_ marks: [Mark]) throws -> String { "dyviz.run" }
}

struct TerminalAppTests {
  @Test("The first screen is drawn before the run is asked for anything, the next one has the data")
  func firstFrame() {
    let screen = ScriptedScreen([[.key("q")]])
    let ending = TerminalApp.run(screen: screen, controller: FinishedRun(), subject: Subject(variant: 1))
    #expect(ending == .quit)
    #expect(screen.drawn.count == 2)
    #expect(ScreenText.text(of: screen.drawn[0]).contains("waiting for images"))
    #expect(ScreenText.text(of: screen.drawn[1]).contains("block 1/17"))
  }

  @Test("A run that is done is not polled: the loop sleeps until something happens")
  func sleeps() {
    let screen = ScriptedScreen([[.key(.right)], [.key("q")]])
    _ = TerminalApp.run(screen: screen, controller: FinishedRun(), subject: Subject(variant: 1))
    #expect(screen.timeouts.allSatisfy { $0 == nil })
  }

  @Test("A move to another site fetches its density before the next draw")
  func fetches() {
    let screen = ScriptedScreen([[.key(.right)], [.key("q")]])
    let run = FinishedRun()
    _ = TerminalApp.run(screen: screen, controller: run, subject: Subject(variant: 1))
    #expect(run.asked.withLock { $0 } == [[], [.density(site: 1)], [.density(site: 4)]])
    #expect(ScreenText.text(of: screen.drawn[2]).contains("block 2/17"))
  }

  @Test("Leaving waits for the files that are being written")
  func leavingWaits() {
    let run = FinishedRun()
    let screen = ScriptedScreen([[.key("e"), .key("q")]] + Array(repeating: [], count: 3000), pause: 0.01)
    #expect(TerminalApp.run(screen: screen, controller: run, subject: Subject(variant: 1)) == .quit)
    #expect(run.exports.withLock { $0 } == 1)
  }

  @Test("After a stop the screen's size is asked anew")
  func continued() {
    let screen = ScriptedScreen([[.suspend], [.key("q")]])
    screen.sizeAfterStop = CellSize(columns: 40, rows: 12)
    _ = TerminalApp.run(screen: screen, controller: FinishedRun(), subject: Subject(variant: 1))
    #expect(screen.drawn.last?.size == CellSize(columns: 40, rows: 12))
  }

  @Test("Variants, signals, suspension and a lost terminal reach whom they concern")
  func events() {
    let run = FinishedRun()
    let screen = ScriptedScreen([[.key("v"), .suspend], [.terminate(signal: 15), .key("q")]])
    #expect(TerminalApp.run(screen: screen, controller: run, subject: Subject(variant: 1)) == .signal(15))
    #expect(run.subjects.withLock { $0.map(\.variant) } == [1, 2])
    #expect(screen.suspensions == 1)
    #expect(TerminalApp.run(screen: ScriptedScreen([]), controller: run, subject: Subject(variant: 1)) == .hangUp)
  }
}
