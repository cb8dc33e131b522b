import Networks
import Statistics

extension SavedRun {
  /// Facts that may differ between runs over different images.
  private var factsOfImages: Set<String> {
    let ofRuns = runs.map(\.figure.variant).flatMap { ["folders without a class of \($0)", "other files of \($0)"] }
    return Set(ofRuns + ["list of images", "number of images"])
  }

  /// Adds a run over other images that was made in the same way: afterwards it is one run over the images of both,
  /// those of `other` behind its own.
  ///
  /// The SHA-256 of the list is that of the images before; who saves it says the new one. Whether the classes are those
  /// that one source of all images would have is the caller's to know.
  ///
  /// - Throws: ``FindingMismatch`` where both do not go together; then nothing is changed.
  public mutating func join(_ other: SavedRun) throws(FindingMismatch) {
    if let difference = RunIdentity(self).difference(from: RunIdentity(other), ignoring: factsOfImages) {
      throw FindingMismatch("its \(difference.name) is \(difference.other), but \(difference.own)")
    }
    for run in [self, other] {
      if let problem = run.problemOfJoining { throw FindingMismatch("it cannot be joined with others: \(problem)") }
    }
    let (subjects, theirs) = (runs.map(\.figure.subject), other.runs.map(\.figure.subject))
    guard subjects == theirs else {
      throw FindingMismatch("it holds \(theirs.count) runs of other variants than the \(subjects.count) before it")
    }
    var joined = self
    for index in runs.indices {
      let own = runs[index]
      try joined.runs[index].merge(other.runs[index].numbered(from: own.figure.progress.total))
      joined.runs[index].add(own.figure.listing.joined(with: other.runs[index].figure.listing))
    }
    self = joined
  }

  /// Why it is no run that others can be joined to; nil where it is one.
  private var problemOfJoining: String? {
    if let part { return "it is \(part.words), which dyviz merge puts together" }
    if let unfinishedWords { return unfinishedWords }
    for run in runs {
      if !run.late.findings.questions.isEmpty { return "it answers more than what every run counts" }
      if run.figure.listing.matching != nil { return "a table or a list states its classes, for its images alone" }
      if let doubt = run.figure.listing.doubts.first { return doubt }
    }
    return nil
  }
}

extension SettledRun {
  /// The same with numbers of images that begin with `first`.
  fileprivate func numbered(from first: Int) -> SettledRun {
    var run = self
    if let names = figure.names {
      run.setNames(
        SourceNames(
          images: names.images, classes: names.classes, labels: names.labels, preprocessing: names.preprocessing,
          ordinals: ImageSet(first..<first + names.images.count)))
    }
    let skipped = figure.skipped.map {
      SkippedImage(ordinal: first + $0.ordinal, path: $0.path, reason: $0.reason)
    }
    run.add(Findings([SkippedImages(skipped)]))
    return run
  }
}

extension SourceListing {
  /// What is known about two sources, one behind the other, where neither states classes and nothing is in doubt.
  fileprivate func joined(with other: SourceListing) -> SourceListing {
    var folders: [String: Int] = [:]
    for folder in unlabelled + other.unlabelled { folders[folder.path, default: 0] += folder.images }
    return SourceListing(
      unlabelled: folders.map { Folder(path: $0.key, images: $0.value) },
      otherFiles: otherFiles.merging(other.otherFiles, uniquingKeysWith: +),
      brokenStatements: (brokenStatements ?? 0) + (other.brokenStatements ?? 0))
  }
}
