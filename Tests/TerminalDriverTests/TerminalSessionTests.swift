import Glibc
import Terminal
import TerminalDriver
import Testing

/// ncurses has one state for the process, so these run one after the other.
@Suite(.serialized)
struct TerminalSessionTests {
  private func screen(_ text: String, columns: Int = 80, rows: Int = 24) -> CellBuffer {
    var buffer = CellBuffer(size: CellSize(columns: columns, rows: rows))
    buffer.write(text, x: 3, y: 2, style: CellStyle(foreground: .palette(196), background: .palette(16)))
    buffer.write("corner", x: columns - 6, y: rows - 1)
    return buffer
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("The screen comes up on the other page and goes without a trace in the terminal's modes")
  func openAndClose() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let before = pty.modes
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    #expect(session.size == CellSize(columns: 80, rows: 24))
    #expect(session.capabilities.colors == .palette256)
    #expect(pty.modes & tcflag_t(ECHO | ICANON) == 0)
    session.draw(screen("hello"))
    let shown = text(pty.written())
    #expect(shown.contains("\u{1B}[?1049h") && shown.contains("hello") && shown.contains("corne"))
    session.close()
    #expect(text(pty.written()).contains("\u{1B}[?1049l"))
    #expect(pty.modes == before)
  }

  @Test("An unchanged screen writes no byte, a changed cell only a few")
  func unchanged() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    session.draw(screen("hello"))
    #expect(!pty.written().isEmpty)
    session.draw(screen("hello"))
    #expect(pty.written().isEmpty)
    session.draw(screen("hullo"))
    let bytes = pty.written()
    #expect(!bytes.isEmpty && bytes.count < 60)
    session.repaint()
    session.draw(screen("hullo"))
    #expect(text(pty.written()).contains("hullo"))
    session.close()
  }

  @Test("Keys come as they are pressed, Escape alone too")
  func keys() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    session.draw(screen("x"))
    pty.type("q?\u{1B}OC\u{1B}[1;2D\r\u{0C}")
    #expect(
      session.nextEvents(timeout: .seconds(5)) == [
        .key("q"), .key("?"), .key(.right), .key(.shiftLeft), .key(.enter), .key(.control("l")),
      ])
    pty.type("\u{1B}")
    #expect(session.nextEvents(timeout: .seconds(5)) == [.key(.escape)])
    #expect(session.nextEvents(timeout: .zero) == [])
    session.close()
  }

  @Test("A wake ends the wait without an event")
  func wake() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    session.wake()
    #expect(session.nextEvents(timeout: nil) == [])
    session.close()
  }

  @Test(
    "A new size is told with its signal and the whole screen drawn anew",
    arguments: [(132, 50), (1, 1), (40, 12)] as [(UInt16, UInt16)])
  func resize(columns: UInt16, rows: UInt16) throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    session.draw(screen("hello"))
    _ = pty.written()
    pty.resize(columns: columns, rows: rows)
    // To the process: threads of test runners may block signals.
    kill(getpid(), SIGWINCH)
    let size = CellSize(columns: Int(columns), rows: Int(rows))
    #expect(session.nextEvents(timeout: .seconds(5)) == [.resize(size)])
    #expect(session.size == size)
    session.draw(screen("h", columns: size.columns, rows: size.rows))
    #expect(!pty.written().isEmpty)
    session.close()
  }

  @Test(
    "Signals that end the program are events, so that the loop can end in order",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func signals(_ number: Int32) throws {
    // Background shells ignore some of these, and what is ignored stays so.
    signal(number, SIG_DFL)
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    kill(getpid(), number)
    #expect(session.nextEvents(timeout: .seconds(5)) == [.terminate(signal: number)])
    session.close()
  }

  @Test("A terminal without colours gets none and does not crash")
  func vt100() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "vt100")
    #expect(session.capabilities.colors == .none)
    session.draw(screen("hello"))
    let shown = text(pty.written())
    #expect(shown.contains("hello") && !shown.contains("38;5"))
    session.close()
  }

  @Test("What is not a terminal, and a terminal that nobody knows, are errors and no end of the process")
  func errors() throws {
    #expect(throws: TerminalError.notATerminal) { try TerminalSession(input: -1, output: -1) }
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    #expect(throws: TerminalError.unknownTerminal("no-such-terminal")) { try session.open(type: "no-such-terminal") }
    #expect(pty.written().isEmpty)
  }
}
