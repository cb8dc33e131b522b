import Figures

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
    renewIndex()
    if isAnother { findPlace() }
    // A frozen screen that moves to a site it holds nothing of is frozen anew at what there is now.
    if isFrozen, let old = held, !wantedSites.isSubset(of: old.densities.keys),
      wantedSites.isSubset(of: snapshot.densities.keys)
    {
      held = snapshot
      renewIndex()
    }
    growFits(to: shown?.densities ?? [:])
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
