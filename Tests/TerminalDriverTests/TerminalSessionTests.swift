import Glibc
import Processes
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

  @Test("The mouse's press and wheel come with their cells, and not once the terminal has it back")
  func mouse() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    try session.open(type: "xterm-256color")
    session.useMouse(true)
    session.draw(screen("x"))
    #expect(text(pty.written()).contains("\u{1B}[?1000h\u{1B}[?1006h"))
    pty.type("\u{1B}[<0;11;6M\u{1B}[<0;11;6m\u{1B}[<64;1;1M\u{1B}[<65;80;24M")
    #expect(
      session.nextEvents(timeout: .seconds(5)) == [
        .mouse(MouseEvent(.press, x: 10, y: 5)), .mouse(MouseEvent(.wheelUp, x: 0, y: 0)),
        .mouse(MouseEvent(.wheelDown, x: 79, y: 23)),
      ])
    session.useMouse(false)
    session.draw(screen("y"))
    #expect(text(pty.written()).contains("\u{1B}[?1006l\u{1B}[?1000l"))
    session.useMouse(true)
    pty.type("\u{1B}[<0;99999;1M\u{1B}[<9;2;2M\u{1B}[<0;0;0Mq")
    #expect(session.nextEvents(timeout: .seconds(5)).suffix(1) == [.key("q")], "reports that mean nothing")
    _ = pty.written()
    session.close()
    #expect(text(pty.written()).contains("\u{1B}[?1000l"))
  }

  @Test("Without colours none is written; with those of 24 bits pictures are, over what the palette has")
  func colors() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    var picture = screen("x")
    picture[5, 5] = Cell("▀", CellStyle(foreground: .rgb(red: 1, green: 2, blue: 3)))
    try session.open(type: "xterm-256color", options: DisplayOptions(colors: .never))
    session.draw(picture)
    let parameters = text(pty.written()).matches(of: #/\e\[([0-9;]*)m/#).flatMap { $0.1.split(separator: ";") }
    #expect(parameters.allSatisfy { !(30..<50).contains(Int($0) ?? 0) })
    session.close()
    _ = pty.written()
    try session.open(type: "xterm-256color", options: DisplayOptions(hasDirectColors: true))
    session.draw(picture)
    #expect(text(pty.written()).contains("\u{1B}[6;6H\u{1B}[0;38;2;1;2;3;49m"))
    var changed = picture
    changed.write("elsewhere", x: 0, y: 9)
    session.draw(changed)
    #expect(!text(pty.written()).contains("38;2"), "the picture's row did not change")
    session.close()
  }

  @Test("A terminal that went away is told, though it polls as readable")
  func hangUp() throws {
    let pty = try Pty(columns: 80, rows: 24)
    let session = try TerminalSession(input: pty.terminal, output: pty.terminal)
    signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, SIG_DFL) }
    try session.open(type: "xterm-256color")
    pty.hangUp()
    #expect(session.nextEvents(timeout: .seconds(5)) == [.hangUp])
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
    #expect(throws: TerminalError.noCursor("dumb")) { try session.open(type: "dumb") }
    #expect(pty.written().isEmpty)
  }
}
