import Figures
import Statistics
import TerminalUI

extension Model {
  /// Takes in a newer state of the run.
  mutating func take(_ figure: RunFigure) {
    let isAnother = live.map { $0.subject != figure.subject } ?? true
    live = figure
    if isAnother {
      fits = [:]
      held = isFrozen ? figure : nil
    }
    renewWalk()
    if isAnother { findPlace() }
    // A frozen screen that moves to a site it holds nothing of is frozen anew at what there is now.
    if isFrozen, let old = held, !old.answers(questions), figure.answers(questions) {
      held = figure
      renewWalk()
    }
    growFits()
  }

  /// Keeps the place in a variant whose sites may differ.
  private mutating func findPlace() {
    wishedSite = wishedSite ?? walk.preferredName
    guard let wishedSite else { return }
    guard let old = block else {
      block = walk.firstBlock(with: wishedSite)
      return
    }
    if !walk.blocks.contains(old) { block = walk.blocks.min { abs($0 - old) < abs($1 - old) } }
  }

  /// Must follow every change of ``shown``.
  mutating func renewWalk() { walk = SiteWalk(shown?.sites ?? []) }

  private mutating func growFits() {
    for (question, density) in shown?.densities ?? [:] {
      guard case .density(let site) = question, let fitting = Viewport.fitting(density.grid) else { continue }
      fits[site] = max(fits[site] ?? fitting.exponent, fitting.exponent)
    }
  }

  mutating func fitAnew() {
    viewport = nil
    fits = [:]
    growFits()
  }
}
