/// The slope differences |a1 - a2| of a network's blocks, or of all its activations, side by side: Fig. 3 (bottom).
package struct SlopeChart: Sendable, Equatable {
  /// One block's or activation's bar.
  package struct Bar: Sendable, Equatable {
    /// What stands below it: the block's number or a name.
    package var label: String
    /// Its height and spread; nil leaves a gap.
    package var difference: DistributionFigure?
    /// Whether this is what is looked at.
    package var isCurrent: Bool

    package init(label: String, difference: DistributionFigure?, isCurrent: Bool) {
      self.label = label
      self.difference = difference
      self.isCurrent = isCurrent
    }
  }

  /// The bars, in the order in which the sites run.
  package var bars: [Bar]
  /// The name that the sites bear, one for each block; nil when every activation with slopes to compare has a bar.
  package var name: String?
  /// Why there can be no bar (every site is a curve, a Maxout or has one function); nil where there are or will be
  /// some.
  package var absence: String?

  package init(bars: [Bar], name: String? = nil, absence: String? = nil) {
    self.bars = bars
    self.name = name
    self.absence = absence
  }

  /// The axis's upper end: the smallest power of two, at least 1/4, that no mean exceeds, and no p90 where the spread
  /// is shown.
  package func top(showsSpread: Bool) -> Double {
    let values = bars.compactMap(\.difference).map { showsSpread ? max($0.mean, $0.p90) : $0.mean }
    let highest = values.filter(\.isFinite).max() ?? 1
    var top = 0.25
    while top < highest, top < 1e9 { top *= 2 }
    return top
  }
}
