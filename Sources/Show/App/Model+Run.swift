import Figures
import Networks
import Statistics

extension Model {
  /// Takes in a newer state of the run.
  mutating func take(_ figure: RunFigure, beside: RunFigure?) {
    liveBeside = beside
    let isAnother = live.map { $0.subject != figure.subject } ?? true
    // Told once: what the last figure said already was read.
    let failures = questions.filter { live?.failure(of: $0) == nil }.compactMap { figure.failure(of: $0) }
    if let failure = failures.min() {
      notice = Notice(text: failure, isError: true)
    }
    let known = live?.listing ?? SourceListing()
    // Words are made where there is something new: a figure comes with every frame.
    if figure.listing != known, figure.listing.remarks != known.remarks, !figure.listing.remarks.isEmpty {
      notice = notice ?? Notice(text: figure.listing.remarks.joined(separator: "; "), isError: false)
    }
    live = figure
    if isAnother {
      fits = [:]
      held = isFrozen ? figure : nil
    }
    if isFrozen, heldBeside?.subject != beside?.subject { heldBeside = beside }
    renewIndex()
    if isAnother { findPlace() }
    // A frozen screen that moves to a site it holds nothing of is frozen anew at what there is now.
    if isFrozen, let old = held, !old.answers(questions), figure.answers(questions) {
      held = figure
      renewIndex()
    }
    growFits()
  }

  /// Keeps the place in a variant whose sites may differ.
  private mutating func findPlace() {
    wishedSite = wishedSite ?? index.preferredName
    guard let wishedSite else { return }
    guard let old = block else {
      block = index.firstBlock(with: wishedSite)
      return
    }
    if !index.blocks.contains(old) { block = index.blocks.min { abs($0 - old) < abs($1 - old) } }
  }

  /// Must follow every change of ``shown``.
  mutating func renewIndex() { index = SiteIndex(shown?.sites ?? []) }

  mutating func toggleFreeze() {
    isFrozen.toggle()
    held = isFrozen ? live : nil
    heldBeside = isFrozen ? liveBeside : nil
    renewIndex()
  }
}

/// What screens ask of the run's state.
extension Model {
  /// The data on the screen.
  public var shown: RunFigure? { isFrozen ? held ?? live : live }

  /// The data on the screen of what the subject is compared with; nil where it is compared with nothing.
  var beside: RunFigure? { isFrozen ? heldBeside ?? liveBeside : liveBeside }

  /// How far the run is.
  var progress: RunProgress? { live?.progress }

  /// What stands in the place of an answer that is not there: why it never comes, or that no image has given one yet.
  func absence(of questions: Set<Question>) -> String {
    questions.compactMap { shown?.failure(of: $0) }.min() ?? "no image yet"
  }

  /// How many images are in what a frozen screen holds.
  var heldImages: Int? { held?.progress.done }

  /// The density of a site; nil before it came.
  func density(of site: Int) -> DensityGrid? { shown?.density(of: site) }

  /// Whether what is shown has all that the screen asks for.
  package var hasWhatItWants: Bool {
    guard shown?.answers(questions) ?? false else { return false }
    return screen.partner(in: self).map { beside?.answers($0.questions) ?? false } ?? true
  }

  /// Whether the run's state can change without a key.
  package var isStreaming: Bool {
    guard let live else { return true }
    return ([live] + [liveBeside].compactMap { $0 }).contains(where: \.isRunning) || awaitedVariant != nil
  }
}

extension RunFigure {
  fileprivate var isRunning: Bool {
    progress.state == .running || late.values.contains { $0.state == .running }
  }
}
