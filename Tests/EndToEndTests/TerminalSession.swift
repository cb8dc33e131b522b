import Foundation
import Testing

/// A real terminal (tmux) of a given size with a shell line running in it.
final class TerminalSession {
  private let socket = "dyviz-\(UUID().uuidString.prefix(8))"
  private var isOpen = true

  /// Starts `line` in a terminal of `columns` x `rows`; its shell then says `status=N` and waits.
  init(columns: Int, rows: Int, running line: String) throws {
    let script =
      "export DYVIZ='\(Program.executable)' MODEL='\(Program.model)' IMAGES='\(Program.images)' LC_ALL=C.UTF-8; "
      + "\(line); echo status=$?; stty -a; exec sleep 600"
    _ = try tmux([
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "/bin/bash", "-c", script,
    ])
  }

  deinit { close() }

  /// Ends the terminal and what runs in it.
  func close() {
    guard isOpen else { return }
    isOpen = false
    _ = try? tmux(["kill-server"])
  }

  /// Types keys, by tmux's names (`Right`, `Escape`, `q`).
  func type(_ keys: String...) throws { _ = try tmux(["send-keys"] + keys) }

  /// Changes the terminal's size.
  func resize(columns: Int, rows: Int) throws {
    _ = try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// What the terminal shows, a line per row.
  func screen() throws -> String { try tmux(["capture-pane", "-p"]) }

  /// Waits until the screen shows `text`; a failed expectation with the screen if it does not within 30 seconds.
  @discardableResult
  func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    try wait(for: "“\(text)”", sourceLocation: sourceLocation) { $0.contains(text) }
  }

  /// Waits until the screen satisfies `condition`.
  @discardableResult
  func wait(
    for what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: (String) -> Bool
  ) throws -> String {
    var shown = ""
    for _ in 0..<600 {
      shown = try screen()
      if condition(shown) { return shown }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("the screen never showed \(what):\n\(shown)", sourceLocation: sourceLocation)
    return shown
  }

  /// Runs a tmux command and returns what it printed; through a file, because the server would keep a pipe open for
  /// ever.
  private func tmux(_ arguments: [String]) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "output")
      try Data().write(to: path)
      let process = Process()
      process.executableURL = URL(filePath: Launcher.path)
      process.arguments = Launcher.arguments("tmux", ["-u", "-L", socket] + arguments)
      process.standardOutput = try FileHandle(forWritingTo: path)
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return String(decoding: try Data(contentsOf: path), as: UTF8.self)
    }
  }
}
