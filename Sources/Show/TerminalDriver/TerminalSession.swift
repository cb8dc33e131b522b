import CNCurses
import Glibc
import Terminal

/// The terminal while the screen is up: ncursesw behind ``TerminalScreen``.
///
/// One session at a time and one thread: what opens it uses it, only ``wake`` is for others. The terminal is given back
/// by ``close()``, and by the signal guard whatever else ends the process.
public final class TerminalSession: TerminalScreen {
  /// Columns and rows now.
  public private(set) var size = CellSize(columns: 0, rows: 0)
  /// What the terminal can show.
  public private(set) var capabilities = Capabilities(unicode: false, colors: .none)
  /// Ends a wait for events early; may be called from any thread at any time.
  public let wake: @Sendable () -> Void

  private let input: Int32
  private let output: Int32
  private let pipe: SignalPipe
  private var shown: CellBuffer?
  private var isOpen = false

  /// A session on two descriptors, which stay the caller's; nothing is written before ``open(type:)``.
  public init(input: Int32 = 0, output: Int32 = 1) throws(TerminalError) {
    guard isatty(input) == 1, isatty(output) == 1 else { throw .notATerminal }
    guard let pipe = SignalPipe() else { throw .noPipe }
    self.input = input
    self.output = output
    self.pipe = pipe
    wake = { pipe.wake() }
  }

  deinit { close() }

  /// Whether both standard input and output are a terminal.
  public static var isAvailable: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// Frames per second for live data: fewer over a network.
  public static var suggestedFramesPerSecond: Int {
    // The environment is only read; nothing in this process changes it.
    unsafe getenv("SSH_CONNECTION") == nil ? 30 : 10
  }

  /// Takes the terminal: the other screen, no echo, signals guarded. `type` stands for $TERM.
  public func open(type: String? = nil, options: DisplayOptions = DisplayOptions()) throws(TerminalError) {
    // A signal between the new modes and the guard would end the program and leave the modes: it waits for the guard.
    var (all, before) = (sigset_t(), sigset_t())
    // The sets live through the calls.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    // The strings live through the call; ncurses keeps copies.
    switch unsafe terminal_open(input, output, type, options.usesColors) {
    case TERMINAL_OPEN: break
    case TERMINAL_WITHOUT_CURSOR: throw .noCursor(type ?? Self.environmentType)
    default: throw .unknownTerminal(type ?? Self.environmentType)
    }
    isOpen = true
    terminal_guard_install(pipe.writeEnd, output)
    capabilities = options.capabilities(
      unicode: terminal_has_utf8(), colors: Int(terminal_colors()), hasDirectColors: terminal_has_direct_colors())
    readSize()
  }

  /// Gives the terminal back as it was.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    terminal_close()
    terminal_guard_remove()
    shown = nil
  }

  /// Ends the process by a signal that ``TerminalEvent/terminate(signal:)`` told of, for its true exit status;
  /// ``close()`` first.
  public static func end(bySignal signal: Int32) -> Never { terminal_die_by(signal) }

  /// Shows a screen; only rows that changed go to ncurses, and an unchanged screen writes nothing.
  public func draw(_ buffer: CellBuffer) {
    guard isOpen, shown != buffer else { return }
    let columns = buffer.size.columns
    let before = shown?.size == buffer.size ? shown : nil
    for row in 0..<buffer.size.rows {
      let cells = buffer.cells[row * columns..<(row + 1) * columns]
      if let before, before.cells[row * columns..<(row + 1) * columns] == cells { continue }
      let native = cells.map(Self.native)
      // The cells live through the call, which copies them.
      unsafe native.withUnsafeBufferPointer { cells in
        unsafe terminal_put(Int32(row), 0, cells.baseAddress, Int32(cells.count))
      }
    }
    terminal_flush()
    if capabilities.colors == .direct { writeDirectColors(of: buffer, before: before) }
    shown = buffer
  }

  /// Writes the colours that ncurses has none for over the rows that it has just written.
  private func writeDirectColors(of buffer: CellBuffer, before: CellBuffer?) {
    let rows = (0..<buffer.size.rows).filter { row in
      (0..<buffer.size.columns).contains { before?[$0, row] != buffer[$0, row] }
    }
    let bytes = DirectColors.sequence(buffer, rows: before == nil ? Array(0..<buffer.size.rows) : rows)
    guard !bytes.isEmpty else { return }
    // The bytes live through the call.
    unsafe bytes.withUnsafeBufferPointer { unsafe terminal_write($0.baseAddress, $0.count) }
  }

  /// Takes the mouse's events, or leaves them to the terminal.
  public func useMouse(_ isUsed: Bool) { if isOpen { terminal_use_mouse(isUsed) } }

  /// Makes the next draw a full one.
  public func repaint() {
    shown = nil
    if isOpen { terminal_repaint() }
  }

  /// Gives the terminal back, stops the process, and takes the terminal again when the process goes on.
  public func suspend() {
    guard isOpen else { return }
    takeBack(stopping: true)
  }

  /// Waits for events at most `timeout`, for ever without one.
  public func nextEvents(timeout: Duration?) -> [TerminalEvent] {
    guard isOpen else { return [.hangUp] }
    var events = readKeys()
    let state = pipe.wait(for: input, timeout: events.isEmpty ? timeout : .zero)
    for number in pipe.takeAll() { events += respond(to: number) }
    if state == .readable { events += readKeys() }
    if state == .closed { events.append(.hangUp) }
    return events
  }

  private func respond(to number: Int32) -> [TerminalEvent] {
    switch number {
    case SIGWINCH:
      _ = terminal_update_size()
      readSize()
      repaint()
      return [.resize(size)]
    case SIGTSTP: return [.suspend]
    case SIGCONT:
      // Stopped by a signal that nobody can catch: the shell may have changed everything.
      takeBack(stopping: false)
      return [.resize(size)]
    default: return [.terminate(signal: number)]
    }
  }

  private func takeBack(stopping: Bool) {
    terminal_leave_and_return(stopping)
    // The signal that woke the process from this stop needs no second answer.
    if stopping { pipe.discard(SIGCONT) }
    readSize()
    shown = nil
  }

  private func readSize() {
    var columns: Int32 = 0
    var rows: Int32 = 0
    // Both variables live through the call.
    unsafe terminal_size(&columns, &rows)
    size = CellSize(columns: Int(columns), rows: Int(rows))
  }

  private func readKeys() -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    var code: UInt32 = 0
    while true {
      // `code` lives through the call.
      let kind = unsafe terminal_read(&code)
      if kind == TERMINAL_INPUT_NONE { return events }
      if kind == TERMINAL_INPUT_MOUSE {
        if let event = Self.mouseEvent(code) { events.append(.mouse(event)) }
        continue
      }
      if let key = kind == TERMINAL_INPUT_KEY ? Key(named: code) : Key(character: code) { events.append(.key(key)) }
    }
  }

  /// The event that the shim packed: what it was, then row and column.
  private static func mouseEvent(_ code: UInt32) -> MouseEvent? {
    let kinds: [(terminal_mouse, MouseEvent.Kind)] = [
      (TERMINAL_MOUSE_PRESS, .press), (TERMINAL_MOUSE_WHEEL_UP, .wheelUp), (TERMINAL_MOUSE_WHEEL_DOWN, .wheelDown),
    ]
    return kinds.first { $0.0.rawValue == code >> 24 }.map {
      MouseEvent($0.1, x: Int(code & 0xFFF), y: Int(code >> 12 & 0xFFF))
    }
  }

  private static func native(_ cell: Cell) -> terminal_cell {
    terminal_cell(
      glyph: cell.glyph.value, foreground: color(cell.style.foreground), background: color(cell.style.background),
      bold: cell.style.bold)
  }

  private static func color(_ color: CellColor) -> Int16 { color.paletteIndex.map(Int16.init) ?? -1 }

  private static var environmentType: String {
    // The environment is only read; the string is copied at once.
    unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? ""
  }
}
