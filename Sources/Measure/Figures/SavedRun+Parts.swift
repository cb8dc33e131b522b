import Networks
import Statistics

extension SavedRun {
  /// Which part of a whole run it is; nil for a whole one.
  public var part: RunPart? { runs.first?.figure.part }

  /// `part 2/7`, or `all images`.
  public var partWords: String { part?.words ?? "all images" }

  /// Why it is not over; nil where it is.
  public var unfinishedWords: String? {
    for run in runs {
      for progress in [run.figure.progress] + run.questions.compactMap({ run.figure.late[$0] })
      where !progress.isComplete {
        return "\(run.figure.variant) has seen \(progress.done + progress.skipped) of \(progress.total) images"
      }
    }
    return nil
  }

  /// Adds another part of the same run: afterwards it is of the shares of both, and the whole run where these are all.
  ///
  /// - Throws: ``FindingMismatch`` where both do not go together; then nothing is changed.
  public mutating func merge(_ other: SavedRun) throws(FindingMismatch) {
    if let difference = RunIdentity(self).difference(from: RunIdentity(other)) {
      throw FindingMismatch("its \(difference.name) is \(difference.other), but \(difference.own)")
    }
    guard let part, let theirs = other.part else {
      throw FindingMismatch("it holds \(other.partWords), but \(partWords) are held already")
    }
    let common = Set(part.shares).intersection(theirs.shares).sorted()
    guard common.isEmpty else {
      throw FindingMismatch("it holds share \(RunPart.list(common)) of \(part.count), which is held already")
    }
    for problem in [unfinishedWords, other.unfinishedWords] {
      if let problem { throw FindingMismatch("a part that is not over cannot be merged: \(problem)") }
    }
    let (subjects, names) = (runs.map(\.figure.subject), runs.map(\.figure.variant))
    guard subjects == other.runs.map(\.figure.subject), names == other.runs.map(\.figure.variant) else {
      throw FindingMismatch("it holds \(other.runWords), but \(runWords)")
    }
    var merged = self
    for index in runs.indices {
      try merged.runs[index].merge(other.runs[index])
      merged.runs[index].setPart(part.merged(with: theirs))
    }
    for mark in other.marks where !marks.contains(mark) { merged.marks.append(mark) }
    self = merged
  }

  /// The variants, with how many changes.
  private var runWords: String {
    runs.map { run in
      let changes = run.figure.subject.changes.count
      return run.figure.variant + (changes == 0 ? "" : " with \(changes) changes")
    }.joined(separator: ", ")
  }
}
