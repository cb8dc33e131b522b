import Figures
import Statistics

extension Model {
  /// Takes in a newer state of the run.
  mutating func take(_ figure: RunFigure) {
    let isAnother = live.map { $0.subject != figure.subject } ?? true
    // Told once: what the last figure said already was read.
    let failures = questions.filter { live?.failure(of: $0) == nil }.compactMap { figure.failure(of: $0) }
    if let failure = failures.min() {
      notice = Notice(text: failure, isError: true)
    }
    live = figure
    if isAnother {
      fits = [:]
      held = isFrozen ? figure : nil
    }
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
    renewIndex()
  }
}

/// What screens ask of the run's state.
extension Model {
  /// The data on the screen.
  public var shown: RunFigure? { isFrozen ? held ?? live : live }

  /// How far the run is.
  var progress: RunProgress? { live?.progress }

  /// How many images are in what a frozen screen holds.
  var heldImages: Int? { held?.progress.done }

  /// The density of a site; nil before it came.
  func density(of site: Int) -> DensityGrid? { shown?.density(of: site) }

  /// Whether what is shown has all that the screen asks for.
  package var hasWhatItWants: Bool { shown?.answers(questions) ?? false }

  /// Whether the run's state can change without a key.
  package var isStreaming: Bool {
    guard let live else { return true }
    return live.progress.state == .running || live.late.values.contains { $0.state == .running }
      || awaitedVariant != nil
  }
}
