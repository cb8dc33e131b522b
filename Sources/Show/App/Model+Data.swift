import Figures
import Terminal
import TerminalCharts

extension Model {
  /// Takes in a newer state of the run.
  mutating func take(_ snapshot: RunSnapshot) {
    let isAnother = live.map { $0.variant != snapshot.variant } ?? true
    live = snapshot
    if awaitedVariant == snapshot.variant { awaitedVariant = nil }
    if isAnother {
      fits = [:]
      held = isFrozen ? snapshot : nil
    }
    renewWalk()
    if isAnother { findPlace() }
    // A frozen screen that moves to a site it holds nothing of is frozen anew at what there is now.
    if isFrozen, let old = held, !wantedSites.isSubset(of: old.densities.keys),
      wantedSites.isSubset(of: snapshot.densities.keys)
    {
      held = snapshot
      renewWalk()
    }
    growFits(to: shown?.densities ?? [:])
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

  private mutating func growFits(to densities: [Int: DensityGrid]) {
    for (site, grid) in densities {
      guard let fitting = Viewport.fitting(grid) else { continue }
      fits[site] = max(fits[site] ?? fitting.exponent, fitting.exponent)
    }
  }

  mutating func fitAnew() {
    viewport = nil
    fits = [:]
    growFits(to: shown?.densities ?? [:])
  }
}
