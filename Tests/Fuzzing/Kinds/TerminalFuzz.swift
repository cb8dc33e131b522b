import Foundation
import Glibc
import PlainText
import Processes

/// The program in a terminal: bytes, sizes and signals at random, then its end.
struct TerminalFuzz: FuzzKind {
  static let name = "terminal"
  static let limits = FuzzLimits(seconds: 10, bytes: 512 << 20)
  private static let keys = Array("hjklvVosScwxi[]<>pt=:mMn'/bdfa+-0HJKLe?/.,{}5A2 ".utf8)
  private static let sequences = [
    "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}OA", "\u{1B}[1;2A", "\u{1B}[5~", "\u{1B}[6~", "\u{1B}[H",
    "\r", "\u{1B}", "\t", "\u{7F}", "\u{C}", "\u{1A}", "\u{13}", "\u{11}", "\u{1B}[200~", "\u{1B}[9999;9999R", "é", "日",
    "\u{1B}]0;x",
  ].map { Array($0.utf8) }
  /// What asks the program to end, and what it may be sent before.
  private static let endings: [(name: String, number: Int32?)] = [
    ("quit", nil), ("quit", nil), ("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP), ("QUIT", SIGQUIT),
    ("USR1", SIGUSR1), ("ALRM", SIGALRM), ("KILL", SIGKILL), ("hangup", nil),
  ]
  private let output: String
  private let program = ProjectFiles.root.appending(path: ".build/release/dyviz").path
  private let model = ProjectFiles.root.appending(path: "sample-weights/model.bin").path
  private let images = ProjectFiles.root.appending(path: "sample-images/bag").path

  init(folder: String) throws { output = folder + "/out" }

  /// Lines of `type HEX`, `resize COLUMNS ROWS`, `pause MILLISECONDS`, `signal NAME`; the last one is `end HOW`.
  func input(_ random: inout FuzzRandom) -> FuzzInput {
    var lines = (0..<5 + random.below(40)).map { _ -> String in
      switch random.below(12) {
      case 0: return "resize \(1 + random.below(200)) \(1 + random.below(60))"
      case 1: return "resize \(40 + random.below(120)) \(12 + random.below(40))"
      case 2: return "pause \(random.below(40))"
      case 3: return random.isOne(in: 4) ? "signal \(random.element(["WINCH", "CONT", "URG", "CHLD"]))" : "pause 5"
      default: return "type " + HexLines.digits(of: typed(&random))
      }
    }
    lines.append("end \(random.element(Self.endings).name)")
    return FuzzInput("session.txt", Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  private func typed(_ random: inout FuzzRandom) -> [UInt8] {
    switch random.below(8) {
    case 0...3: return (0..<1 + random.below(6)).map { _ in random.element(Self.keys) }
    case 4, 5: return random.element(Self.sequences)
    case 6:
      let (button, x, y) = (random.element([0, 64, 65, 2, 35]), 1 + random.below(220), 1 + random.below(70))
      return Array("\u{1B}[<\(button);\(x);\(y)\(random.isOne(in: 2) ? "M" : "m")".utf8)
    default:
      // Any bytes but those that end the program.
      return (0..<1 + random.below(12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        .filter { $0 != UInt8(ascii: "q") && $0 != 3 && $0 != 0x1C }
    }
  }

  func verdict(_ input: FuzzInput) -> FuzzVerdict {
    let lines = String(decoding: input.files[0].bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    do {
      let session = try Session(
        program, [model, images, "--variant", "dyrelu-b", "--limit", "6", "--threads", "1", "--output", output])
      for words in lines { session.perform(words) }
      return session.end(lines.last?.last ?? "")
    } catch { return .violated("\(program) cannot be started: \(error)") }
  }

  /// A program in a terminal of its own.
  private final class Session {
    private let pty: Pty
    private let process: SpawnedProcess
    private let modes: tcflag_t
    private var shown: [UInt8] = []

    init(_ program: String, _ arguments: [String]) throws {
      pty = try Pty(columns: 100, rows: 30)
      modes = pty.modes
      process = try SpawnedProcess(
        program, arguments, environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"], terminal: pty.path)
      // Signals before it has the terminal are no business of the screen's.
      for _ in 0..<4000 where !drain().contains(0x1B) && !process.hasEnded { usleep(5000) }
    }

    @discardableResult private func drain() -> [UInt8] {
      shown = (shown + pty.written()).suffix(4096)
      return shown
    }

    func perform(_ words: [String]) {
      defer { drain() }
      let numbers = words.dropFirst().compactMap { Int($0) }
      switch (words.first, numbers.count) {
      case ("type", _): pty.type(HexLines.bytes(ofDigits: words.last ?? ""))
      case ("resize", 2): pty.resize(columns: UInt16(numbers[0]), rows: UInt16(numbers[1]))
      case ("pause", 1): usleep(useconds_t(1000 * numbers[0]))
      case ("signal", _): process.signal(["WINCH": SIGWINCH, "CONT": SIGCONT, "URG": SIGURG][words[1]] ?? SIGCHLD)
      default: break
      }
    }

    /// The last that was shown.
    private var tail: String { String(decoding: shown.suffix(200), as: UTF8.self).escaped }

    /// Asks for the end and looks at what is left.
    func end(_ how: String) -> FuzzVerdict {
      let number = TerminalFuzz.endings.first { $0.name == how }?.number
      // It may be stopped, or its output held.
      process.signal(SIGCONT)
      pty.type([0x11])
      if let number { process.signal(number) } else if how == "hangup" { pty.hangUp() } else { pty.type([3]) }
      guard let ending = process.wait(atMost: 20, meanwhile: { drain() }) else {
        return .violated("it does not end; \(tail)")
      }
      drain()
      // While it is stopped Ctrl-C is the terminal's own.
      let signals: [Int32] = number.map { [$0] } ?? (how == "quit" ? [SIGINT] : [SIGHUP])
      let allowed = [.status(0)] + signals.map { ProcessEnding.signal($0) }
      guard allowed.contains(ending) else { return .violated("it ended by \(ending); \(tail)") }
      guard how != "KILL", how != "hangup" else { return .accepted }
      let text = String(decoding: shown, as: UTF8.self)
      return .accepted([
        (pty.modes == modes, "the terminal's modes are not what they were; \(tail)"),
        (text.contains("\u{1B}[?1049l"), "the screen was not given back"),
      ])
    }
  }
}
