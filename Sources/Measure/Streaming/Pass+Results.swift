import Figures
import Networks
import Statistics
import Synchronization

/// What a pass found, by now or at its end.
extension Pass {
  /// What the workers answered last to some questions, merged; nil while not every worker has answered once. Waits for
  /// nobody.
  ///
  /// Questions that this pass does not count are left out.
  func latest(_ questions: Set<Question>) -> Findings? {
    merged.withLock { $0.merge(workers.map { $0.latest(questions) }) }
  }

  /// What is known about some questions, merged; waits for the batches that are under way.
  public func findings(_ questions: Set<Question>) -> Findings { counted(questions).findings }

  /// The same, with how far the pass was when they were copied: their images, whatever was taken since.
  public func counted(_ questions: Set<Question>) -> (findings: Findings, progress: RunProgress) {
    let copies = workers.map { $0.settled(questions) }
    return (Findings(ofWorkers: copies.map(\.findings)), progress(of: copies))
  }

  private func progress(of copies: [Worker.Copy]) -> RunProgress {
    let seen = copies.reduce(into: ImageMarks()) { $0.formUnion($1.seen) }
    var progress = RunProgress(
      seen: seen.set, skipped: copies.reduce(0) { $0 + $1.skipped.images }, total: total)
    if !progress.isComplete { progress.state = RunProgress(self, imagesPerSecond: nil).state }
    return progress
  }

  /// A first pass' statistics of all sites, merged: a value that grows no more, for questions to be asked of. Waits for
  /// the batches that are under way.
  ///
  /// - Parameters:
  ///   - model: The model file's name.
  ///   - variants: Its variants' names.
  ///   - subject: What the pass looked at.
  ///   - imagesPerSecond: For the progress.
  public func settled(
    model: String, variants: [String], subject: Subject, imagesPerSecond: Double? = nil
  ) -> SettledRun {
    let statistics = settings.statistics(variant.shapes.sites, changed: Set(subject.changes.keys))
    let copies = workers.map { $0.merge(into: statistics) }
    var findings = Findings(ofWorkers: copies.map(\.findings))
    if let functions = statistics.finding(.functions) { findings.set(functions) }
    var progress = progress(of: copies)
    progress.imagesPerSecond = imagesPerSecond
    if let places = arranged.withLock({ $0?.places }), let skipped: SkippedImages = findings.answer(.skipped) {
      findings.set(skipped.renumbered(places))
    }
    var figure = RunFigure(
      model: model, variants: variants, subject: subject, progress: progress, findings: findings)
    figure.names = names
    figure.part = part
    return SettledRun(
      figure, isExact: settings.exact, instructionSet: settings.kernels.instructionSet.rawValue
    ) { statistics.finding($0) }
  }
}
