import Figures
import Files
import Glibc
import PlainText

/// One line on standard error that says how far a run is, where that is a terminal; nothing elsewhere.
struct ProgressLine {
  private let isShown = isatty(STDERR_FILENO) == 1

  /// Puts the line in the place of the last one.
  func show(_ progress: RunProgress, of name: String) {
    guard isShown else { return }
    let rate = progress.imagesPerSecond.map { " · \(Decimals.fixed($0, 0))/s" } ?? ""
    let total = progress.isTotalKnown ? " of \(progress.total)" : ""
    write("\(name): \(progress.done)\(total) images\(rate) · \(progress.skipped) skipped")
  }

  /// Takes the line away.
  func clear() { if isShown { write("") } }

  private func write(_ text: String) { try? StandardStream.error.write("\r\u{1B}[K" + text.escaped) }
}
