import Figures
import Statistics

extension SettledRun {
  /// Adds what a pass found about questions of its own; waits for the batches that are under way.
  public mutating func add(_ pass: Pass, _ questions: [Question]) {
    let progress = RunProgress(pass, imagesPerSecond: nil)
    add(pass.findings(Set(questions)), Dictionary(questions.map { ($0, progress) }) { $1 })
  }
}

extension RunProgress {
  /// How far `pass` is.
  public init(_ pass: Pass, imagesPerSecond: Double?) {
    let state: State =
      if let failure = pass.failureText { .failed(failure) } else { pass.isFinished ? .done : .running }
    let left = pass.total - pass.done - pass.skipped
    self.init(
      state: state, done: pass.done, total: pass.total, skipped: pass.skipped, imagesPerSecond: imagesPerSecond,
      secondsLeft: state == .running && pass.isCounted
        ? imagesPerSecond.flatMap { $0 > 0 ? Double(left) / $0 : nil } : nil)
    isTotalKnown = pass.isCounted
  }
}
