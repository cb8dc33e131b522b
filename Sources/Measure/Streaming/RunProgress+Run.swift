import Figures

extension RunProgress {
  /// Nothing is known yet: images are being listed.
  static let waiting = RunProgress(state: .running)

  /// A subject that could not be started.
  static func failed(_ text: String) -> RunProgress { RunProgress(state: .failed(text)) }

  /// How far `pass` is.
  public init(_ pass: Pass, imagesPerSecond: Double?) {
    let state: State =
      if let failure = pass.failureText { .failed(failure) } else { pass.isFinished ? .done : .running }
    let left = pass.items.count - pass.done - pass.skipped
    self.init(
      state: state, done: pass.done, total: pass.items.count, skipped: pass.skipped, imagesPerSecond: imagesPerSecond,
      secondsLeft: state == .running ? imagesPerSecond.flatMap { $0 > 0 ? Double(left) / $0 : nil } : nil)
  }
}
