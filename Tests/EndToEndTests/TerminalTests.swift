import Foundation
import Testing

/// The program in a real terminal, as a user sees it. One at a time: each has the machine's processors to itself.
@Suite(.serialized) struct TerminalTests {
  private static let sample = #""$DYVIZ" "$MODEL" "$IMAGES" --limit 60 --variant dyrelu-b"#

  @Test("The screen shows scatter, panel, bars and state, and every key does what the help says")
  func keys() throws {
    try withTemporaryFolder { folder in
      let terminal = try TerminalSession(
        columns: 120, rows: 40, running: "\(Self.sample) --output '\(folder.path)/out'")
      var screen = try terminal.wait(for: "done")
      for text in ["dyrelu-b (2 of 4)", "block 1 of 17", "log density", "|a1-a2|", "60 of 60 images", "0 skipped"] {
        #expect(screen.contains(text), "\(text) is missing in\n\(screen)")
      }
      try terminal.type("Right")
      try terminal.wait(for: "block 2 of 17")
      try terminal.type("Up")
      try terminal.wait(for: "A1 expansion")
      try terminal.type("Down")
      try terminal.wait(for: "A2 depthwise")
      try terminal.type("h")
      try terminal.wait(for: "block 1 of 17")
      try terminal.type("d")
      try terminal.wait(for: "linear density")
      try terminal.type("d")
      try terminal.wait(for: "equalised density")
      try terminal.type("?")
      screen = try terminal.wait(for: "write CSV, JSON and figures")
      try terminal.type("Escape")
      try terminal.wait(for: "slope difference |a1-a2| by block")
      try terminal.type("o")
      screen = try terminal.wait(for: "block 17")
      #expect(screen.contains("block 3") && !screen.contains("block 4 "))
      try terminal.type("Right", "Enter")
      try terminal.wait(for: "block 3 of 17")
      try terminal.type("s")
      try terminal.wait(for: "activation sites")
      try terminal.type("/", "16.DEPTH")
      try terminal.wait(for: "1 of 5")
      try terminal.type("Enter")
      try terminal.wait(for: "block 17 of 17")
      try terminal.type("/", "DY-ReLU", "BSpace", "Escape", "Escape")
      try terminal.wait(for: "slope difference |a1-a2| by block")
      try terminal.type("n", "N")
      try terminal.wait(for: "site ")
      try terminal.type("f")
      try terminal.wait(for: "FROZEN")
      try terminal.type("f", "v")
      try terminal.wait(for: "dyrelu-c (3 of 4)")
      try terminal.wait(for: "60 of 60 images")
      try terminal.type("e")
      try terminal.wait(for: "exported to")
      for file in ["dyrelu-b/scatter.csv", "dyrelu-c/summary.json", "dyrelu-c/screen-fig3.svg"] {
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "out/\(file)").path), "\(file)")
      }
      try terminal.type("q")
      try terminal.wait(for: "status=0")
    }
  }

  @Test("The exported files are those that stats writes, the figures those that figure draws")
  func exportKeyEqualsStats() throws {
    try withTemporaryFolder { folder in
      let terminal = try TerminalSession(
        columns: 80, rows: 24, running: "\(Self.sample) --output '\(folder.path)/screen'")
      try terminal.wait(for: "60/60")
      try terminal.type("e")
      try terminal.wait(for: "exported to")
      try terminal.type("q")
      try terminal.wait(for: "status=0")
      let outcome = try Program.run([
        "stats", Program.model, Program.images, "--limit", "60", "--variant", "dyrelu-b", "--output",
        folder.appending(path: "stats").path,
      ])
      #expect(outcome.status == 0)
      let difference = try Program.shell(
        "diff -r --exclude='screen-*.svg' '\(folder.path)/screen' '\(folder.path)/stats'")
      #expect(difference.status == 0, "\(difference.output)")
      for (name, arguments) in [("fig3", []), ("scatter", ["--kind", "scatter", "--site", "1.A2"])] {
        let drawn = folder.appending(path: "\(name).svg")
        let outcome = try Program.run(
          ["figure", Program.model, Program.images, "--limit", "60", "--variant", "dyrelu-b", "--output", drawn.path]
            + arguments)
        #expect(outcome.status == 0)
        let exported = folder.appending(path: "screen/dyrelu-b/screen-\(name).svg")
        #expect(try Data(contentsOf: exported) == Data(contentsOf: drawn), "\(name)")
      }
    }
  }

  @Test(
    "Ctrl-C in the middle of an export ends the program, and leaves nothing half written", arguments: [1, 20, 60, 150])
  func endInAnExport(milliseconds: UInt32) throws {
    try withTemporaryFolder { folder in
      let terminal = try TerminalSession(
        columns: 120, rows: 40, running: "trap : INT; \(Self.sample) --output '\(folder.path)/out'")
      try terminal.wait(for: "done")
      try terminal.type("e")
      usleep(1000 * milliseconds)
      try terminal.type("C-c")
      try terminal.wait(for: "status=130")
      let left = try Program.shell("ls -A '\(folder.path)/out' 2>/dev/null | grep '^[.]'")
      #expect(left.output == "")
    }
  }

  @Test("The terminal may change its size at any time, down to one that is too small")
  func resize() throws {
    let terminal = try TerminalSession(columns: 120, rows: 40, running: Self.sample)
    try terminal.wait(for: "done")
    try terminal.resize(columns: 80, rows: 24)
    try terminal.wait(for: "60/60")
    try terminal.resize(columns: 40, rows: 12)
    try terminal.wait(for: "dyrelu-b · block 1")
    try terminal.resize(columns: 30, rows: 5)
    try terminal.wait(for: "40")
    try terminal.type("q")
    try terminal.resize(columns: 120, rows: 40)
    try terminal.wait(for: "status=0")
  }

  @Test(
    "After a signal the terminal is whole and the status true",
    arguments: [
      ("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("SEGV", 139), ("USR1", 138), ("ALRM", 142),
      ("PIPE", 141), ("XCPU", 152),
    ])
  func signals(name: String, status: Int) throws {
    // The shell outlives an interrupt; the limit tells this program from those of tests beside it.
    let terminal = try TerminalSession(
      columns: 100, rows: 30,
      running: #"trap : INT; ulimit -c 0; "$DYVIZ" "$MODEL" "$IMAGES" --limit 61 --variant dyrelu-b"#)
    try terminal.wait(for: "by block")
    let found = try Program.shell("pgrep -n -f '^\(Program.executable) .* --limit 61 '")
    let process = try #require(Int32(found.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    _ = try Program.shell("kill -\(name) \(process)")
    try terminal.wait(for: "status=\(status)")
    // The last word of what stty prints.
    let screen = try terminal.wait(for: "extproc")
    #expect(screen.contains(" echo ") || screen.contains(" echo\n"), "\(screen)")
    #expect(screen.contains(" icanon"), "\(screen)")
    #expect(!screen.contains("-icanon") && !screen.contains("-echo "), "\(screen)")
  }

  @Test(
    "A terminal of unknown type, or one without a cursor, is refused with its name and what to do",
    arguments: ["no-such-terminal", "dumb"])
  func unknownTerminal(_ type: String) throws {
    let terminal = try TerminalSession(columns: 120, rows: 24, running: "TERM=\(type) \(Self.sample)")
    let screen = try terminal.wait(for: "status=1")
    #expect(screen.contains("\"\(type)\"") && screen.contains("TERM=xterm-256color"))
  }

  @Test("A terminal whose description has no size, as the Linux console's, has the kernel's")
  func sizeOfTheKernel() throws {
    let terminal = try TerminalSession(columns: 100, rows: 30, running: "TERM=linux \(Self.sample)")
    try terminal.wait(for: "60 of 60 images")
    try terminal.type("q")
    try terminal.wait(for: "status=0")
  }

  @Test("What the environment says of the size does not count")
  func environmentSize() throws {
    let terminal = try TerminalSession(
      columns: 80, rows: 24, running: "COLUMNS=100000 LINES=100000 \(Self.sample)")
    try terminal.wait(for: "60/60")
    try terminal.type("q")
    try terminal.wait(for: "status=0")
  }

  @Test("Stopped, resized and continued, the screen has the new size")
  func suspension() throws {
    let terminal = try TerminalSession(
      columns: 120, rows: 40, running: "set -m; \(Self.sample); echo stopped; read -r; fg")
    try terminal.wait(for: "60 of 60 images")
    try terminal.type("C-z")
    try terminal.wait(for: "stopped")
    try terminal.resize(columns: 80, rows: 24)
    try terminal.type("Enter")
    try terminal.wait(for: "60/60")
    try terminal.type("q")
    try terminal.wait(for: "status=0")
  }

  @Test("A terminal that takes no output keeps no signal from ending the program")
  func stalled() throws {
    let terminal = try TerminalSession(
      columns: 100, rows: 30, running: #""$DYVIZ" "$MODEL" "$IMAGES" --limit 62 --variant dyrelu-b"#)
    try terminal.wait(for: "by block")
    try terminal.type("C-s")
    try terminal.type("d")
    Thread.sleep(forTimeInterval: 0.3)
    _ = try Program.shell("pkill -TERM -n -f '^\(Program.executable) .* --limit 62 '")
    try terminal.wait(for: "status=143")
  }

  @Test("When the terminal goes away the program ends, though its end is not told")
  func terminalGone() throws {
    let terminal = try TerminalSession(
      columns: 100, rows: 30, running: #"trap '' HUP; "$DYVIZ" "$MODEL" "$IMAGES" --limit 63 --variant dyrelu-b"#)
    try terminal.wait(for: "by block")
    terminal.close()
    for _ in 0..<100 where try isRunning("--limit 63 ") { Thread.sleep(forTimeInterval: 0.1) }
    #expect(try !isRunning("--limit 63 "))
  }

  private func isRunning(_ words: String) throws -> Bool {
    try Program.shell("pgrep -f '^\(Program.executable) .* \(words)'").status == 0
  }
}
