import Dispatch
import Figures
import Networks
import Synchronization
import Terminal

/// The loop between a terminal, a run and the pure functions ``update(_:_:)`` and ``view(_:size:capabilities:)``.
public enum TerminalApp {
  /// Why the loop ended.
  public enum Ending: Sendable, Equatable {
    /// The user left.
    case quit
    /// A signal asked for it; close the terminal, then end by that signal.
    case signal(Int32)
    /// The terminal went away.
    case hangUp
  }

  /// Shows the run until the user leaves.
  ///
  /// The screen is drawn at once after input and at most `framesPerSecond` times while images stream; when nothing
  /// changes, the loop sleeps. Call it on the thread that opened the screen.
  public static func run(
    screen: some TerminalScreen, controller: some RunController, subject: Subject, marks: [Mark] = [],
    framesPerSecond: Int = 30
  ) -> Ending {
    var loop = Loop(
      screen: screen, controller: controller, model: Model(size: screen.size, subject: subject, marks: marks),
      interval: .seconds(1) / max(1, framesPerSecond))
    return loop.run()
  }
}

/// The state of the loop: the model, and when the next frame of live data is due.
private struct Loop<Screen: TerminalScreen, Controller: RunController> {
  let screen: Screen
  let controller: Controller
  let interval: Duration
  let clock = ContinuousClock()
  let outcomes = Mailbox()
  var model: Model
  var nextFrame: ContinuousClock.Instant
  /// What the run was asked about last.
  var asked: [Subject] = []
  var ending: TerminalApp.Ending?
  /// Whether the user wants to leave once files are written.
  var isLeaving = false

  init(screen: Screen, controller: Controller, model: Model, interval: Duration) {
    self.screen = screen
    self.controller = controller
    self.interval = interval
    self.model = model
    nextFrame = clock.now
  }

  mutating func run() -> TerminalApp.Ending {
    screen.useMouse(model.usesMouse)
    draw()
    fetch()
    while true {
      draw()
      let events = screen.nextEvents(timeout: timeout)
      for event in events {
        handle(event)
        if let ending { return ending }
      }
      for message in outcomes.takeAll() { send(message) }
      if isLeaving, !model.isExporting {
        // A failed export keeps the user here, who would not learn of it.
        if model.notice?.isError == true { isLeaving = false } else { return .quit }
      }
      let isDue = model.isStreaming ? clock.now >= nextFrame : events.isEmpty
      if isDue || !model.hasWhatItWants || asked != model.requests.map(\.subject) { fetch() }
    }
  }

  private var timeout: Duration? {
    model.isStreaming || !model.hasWhatItWants ? max(.zero, clock.now.duration(to: nextFrame)) : nil
  }

  /// Takes the run's newest state, a second time if that tells of something more to ask.
  private mutating func fetch() {
    for _ in 0..<2 {
      let requests = model.requests
      asked = requests.map(\.subject)
      let figures = controller.ask(requests)
      send(.figure(figures[0], beside: figures.dropFirst().first))
      if model.requests == requests { break }
    }
    // Nine grids cost nine times one; the overview follows at a third of the pace.
    nextFrame = clock.now + (model.questions.count > 1 ? interval * 3 : interval)
  }

  private func draw() {
    screen.draw(view(model, size: model.size, capabilities: screen.capabilities))
  }

  private mutating func handle(_ event: TerminalEvent) {
    switch event {
    case .key(let key): send(.key(key))
    case .mouse(let event): send(.mouse(event))
    case .resize(let size): send(.resize(size))
    case .suspend:
      screen.suspend()
      // The window may be another one now.
      send(.resize(screen.size))
    case .terminate(let signal): ending = .signal(signal)
    case .hangUp: ending = .hangUp
    }
  }

  private mutating func send(_ message: Message) {
    let result = update(model, message)
    model = result.model
    for effect in result.effects { perform(effect) }
  }

  private mutating func perform(_ effect: Effect) {
    switch effect {
    case .repaint: screen.repaint()
    case .mouse(let isUsed): screen.useMouse(isUsed)
    case .quit:
      isLeaving = true
      if !model.isExporting { ending = .quit }
    case .export:
      let view = model.exportedView
      write({ .exported(folder: try $0.export($1, view)) }, failing: Message.exportFailed)
    case .save:
      write({ .saved(file: try $0.save($1)) }, failing: Message.saveFailed)
    }
  }

  /// Writes on a thread of its own, whatever else waits.
  private func write(
    _ write: @escaping @Sendable (Controller, [Mark]) throws -> Message,
    failing: @escaping @Sendable (String) -> Message
  ) {
    DispatchQueue.global().async { [controller, outcomes, marks = model.marks, wake = screen.wake] in
      do {
        outcomes.put(try write(controller, marks))
      } catch {
        outcomes.put(failing(String(describing: error)))
      }
      wake()
    }
  }
}

/// Messages from other threads to the loop.
private final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])

  func put(_ message: Message) { messages.withLock { $0.append(message) } }

  func takeAll() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
