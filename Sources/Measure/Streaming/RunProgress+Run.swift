import Figures
import Statistics

extension SettledRun {
  /// What is known about questions, and how far the pass was.
  public typealias LateAnswer = (findings: Findings, progress: RunProgress)

  /// What an earlier pass found about all of some late questions; nil where it was not asked them together.
  public func earlier(_ questions: [Question]) -> LateAnswer? {
    let known = questions.compactMap { question in
      figure.late[question].flatMap { progress in finding(question).map { ($0, progress) } }
    }
    guard known.count == questions.count, let progress = known.first?.1, known.allSatisfy({ $0.1 == progress }) else {
      return nil
    }
    return (Findings(known.map(\.0)), progress)
  }

  /// Adds what a pass found about questions of its own; waits for the batches that are under way.
  public mutating func add(_ pass: Pass, _ questions: [Question]) {
    let (findings, progress) = pass.counted(Set(questions))
    add(findings, Dictionary(questions.map { ($0, progress) }) { $1 })
  }

  /// The same, with what an earlier pass over other images found about these questions.
  ///
  /// - Throws: ``FindingMismatch`` where both do not go together.
  public mutating func add(
    _ pass: Pass, _ questions: [Question], after earlier: LateAnswer
  ) throws(FindingMismatch) {
    var (findings, progress) = pass.counted(Set(questions))
    for question in questions {
      guard let own = findings[question], let before = earlier.findings[question] else { continue }
      findings.set(try own.merged(with: before))
    }
    progress = try progress.merged(with: earlier.progress.ofSeen)
    add(findings, Dictionary(questions.map { ($0, progress) }) { $1 })
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
