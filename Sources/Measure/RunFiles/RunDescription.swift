import Figures
import Networks
import Statistics

/// What stands in a saved run's metadata beside the findings.
struct RunDescription: Codable {
  /// The version of the format.
  static let currentFormat = 1

  let format: Int
  /// The model's name in titles.
  let model: String
  let origin: SavedRun.Origin
  let instructionSet: String?
  let exact: Bool
  let variants: [Variant]
  let runs: [Run]
  let marks: [Mark]
  /// Which part of a whole run it is; nil for a whole one.
  let part: RunPart?
  /// The images that the tensor of paths names; nil where it names all of them.
  let names: ImageSet?

  /// One variant of the model.
  struct Variant: Codable {
    let name: String
    let sites: [ActivationSite]
    let classes: [String]
    let preprocessing: Preprocessing?
  }

  /// One subject's run.
  struct Run: Codable {
    let subject: Subject
    let progress: Progress
    let listing: SourceListing
    let findings: [Answer]
  }

  /// Where the answer to a question is: in the metadata under this key, its arrays as tensors whose names begin with
  /// it.
  struct Answer: Codable {
    let question: Question
    let key: String
    /// How far its pass was, where it had one of its own.
    let late: Progress?
  }

  /// How far a pass was.
  struct Progress: Codable {
    let done: Int
    let skipped: Int
    let total: Int
    /// Which images are through; nil where all are.
    let seen: ImageSet?

    init(_ progress: RunProgress) {
      (done, skipped, total) = (progress.done, progress.skipped, progress.total)
      seen = progress.isComplete ? nil : progress.seen
    }

    var value: RunProgress {
      RunProgress(
        state: done + skipped == total ? .done : .stopped, done: done, total: total, skipped: skipped, seen: seen)
    }
  }

  init(_ saved: SavedRun) {
    let runs = saved.runs
    format = Self.currentFormat
    model = runs.first?.figure.model ?? ""
    origin = saved.origin
    instructionSet = runs.first?.instructionSet
    exact = runs.first?.isExact ?? false
    marks = saved.marks
    part = saved.part
    names = runs.lazy.compactMap(\.figure.names).first.flatMap { names in
      names.ordinals == ImageSet(0..<names.images.count) ? nil : names.ordinals
    }
    variants = (runs.first?.figure.variants ?? []).enumerated().map { index, name in
      let figure = runs.first { $0.figure.subject.variant == index }?.figure
      return Variant(
        name: name, sites: figure?.sites.map(\.site) ?? [], classes: figure?.names?.classes ?? [],
        preprocessing: figure?.names?.preprocessing)
    }
    self.runs = runs.enumerated().map { index, run in
      let answers = run.questions.enumerated().map { number, question in
        Answer(
          question: question, key: "\(index)/\(number)", late: run.figure.late[question].map { Progress($0) })
      }
      return Run(
        subject: run.figure.subject, progress: Progress(run.figure.progress), listing: run.figure.listing,
        findings: answers)
    }
  }
}

extension RunDescription {
  /// Refuses what no run can be.
  func check() throws(RunFileProblem) {
    guard !variants.isEmpty, !runs.isEmpty, Set(variants.map(\.name)).count == variants.count,
      Set(runs.map(\.subject)).count == runs.count
    else {
      throw RunFileProblem("it holds \(variants.count) variants and \(runs.count) runs that are not all different")
    }
    for variant in variants {
      guard !variant.sites.isEmpty, variant.sites.indices.allSatisfy({ variant.sites[$0].id == $0 }) else {
        throw RunFileProblem("variant \(variant.name) has \(variant.sites.count) sites that are not numbered from 0")
      }
      if let means = variant.preprocessing {
        guard (1...4).contains(means.channels), means.mean.count == means.channels,
          means.deviation.count == means.channels, (means.mean + means.deviation).allSatisfy(\.isFinite)
        else { throw RunFileProblem("variant \(variant.name) has a preprocessing of other channels") }
      }
      do throws(GraphError) {
        for site in variant.sites { try site.check() }
      } catch {
        throw RunFileProblem("variant \(variant.name): \(error)")
      }
    }
    for run in runs { try check(run) }
    if let part, !part.isConsistent {
      throw RunFileProblem("it is of \(part.shares.count) shares of \(part.count), which no part can be")
    }
  }

  private func check(_ run: Run) throws(RunFileProblem) {
    guard variants.indices.contains(run.subject.variant) else {
      throw RunFileProblem("a run is of variant \(run.subject.variant), but there are \(variants.count)")
    }
    do throws(GraphError) {
      try run.subject.check(variants[run.subject.variant].sites)
    } catch {
      throw RunFileProblem("\(error)")
    }
    for progress in [run.progress] + run.findings.compactMap(\.late) {
      let images = 0...1 << 48
      guard images.contains(progress.total), images.contains(progress.done), images.contains(progress.skipped),
        progress.done + progress.skipped <= progress.total
      else {
        throw RunFileProblem("\(progress.done) images are done and \(progress.skipped) skipped of \(progress.total)")
      }
      guard progress.total <= part?.total ?? .max else {
        throw RunFileProblem("a part has \(progress.total) images of \(part?.total ?? 0)")
      }
      guard progress.seen.map({ $0.count == progress.done + progress.skipped }) ?? true else {
        throw RunFileProblem("\(progress.seen?.count ?? 0) images were seen, but \(progress.done) are done")
      }
    }
    guard Set(run.findings.map(\.question)).count == run.findings.count else {
      throw RunFileProblem("a question is answered twice")
    }
    guard run.listing.unlabelled.allSatisfy({ $0.images >= 0 }),
      run.listing.otherFiles.values.allSatisfy({ $0 >= 0 }), run.listing.matching?.isPossible ?? true,
      run.listing.brokenStatements.map({ $0 > 0 }) ?? true
    else { throw RunFileProblem("folders with less than 0 images") }
  }
}

/// What is wrong with a saved run, without its path.
struct RunFileProblem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
