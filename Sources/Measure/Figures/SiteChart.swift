/// One measure of a network's blocks, or of all its activations, side by side, as in Fig. 3 (bottom).
package struct SiteChart: Sendable, Equatable {
  /// A bar's height, and the spread around it where the measure has one.
  package struct Value: Sendable, Equatable {
    /// May be negative.
    package var height: Double
    /// From p10 to p90.
    package var spread: ClosedRange<Double>?

    package init(_ height: Double, spread: ClosedRange<Double>? = nil) {
      self.height = height
      self.spread = spread
    }
  }

  /// One block's or activation's bar.
  package struct Bar: Sendable, Equatable {
    /// What stands below it: the block's number or a name.
    package var label: String
    /// Its height and spread; nil leaves a gap.
    package var value: Value?
    /// The same of what is compared with it; nil leaves a gap, too.
    package var partner: Value?
    /// Whether this is what is looked at.
    package var isCurrent: Bool

    package init(label: String, value: Value?, partner: Value? = nil, isCurrent: Bool) {
      self.label = label
      self.value = value
      self.partner = partner
      self.isCurrent = isCurrent
    }
  }

  /// The bars, in the order in which the sites run.
  package var bars: [Bar]
  /// The ids of the sites that have or will have a bar.
  package var sites: [Int]
  /// The name that the sites bear, one for each block; nil when every activation with such a number has a bar.
  package var name: String?
  /// Why there can be no bar (every site is a curve, a Maxout or has one function); nil where there are or will be
  /// some.
  package var absence: String?
  /// The least upper end of the axis.
  package var leastTop: Double

  package init(
    bars: [Bar], sites: [Int] = [], name: String? = nil, absence: String? = nil, leastTop: Double = 0.25
  ) {
    self.bars = bars
    self.sites = sites
    self.name = name
    self.absence = absence
    self.leastTop = leastTop
  }

  /// Whether each bar has one beside it.
  package var isPaired: Bool { bars.contains { $0.partner != nil } }

  private var values: [Value] { bars.compactMap(\.value) + bars.compactMap(\.partner) }

  /// What has a bar each.
  package var unit: String { name == nil ? "activation" : "block" }
}

extension SiteChart {
  /// The axis over a number of rows of cells.
  package struct Scale: Sendable, Equatable {
    /// Rows above the base line, and below it.
    package var above: Int
    package var below: Int
    /// The value at the upper end of the rows above.
    package var top: Double

    /// What a row stands for.
    package var step: Double { top / Double(max(1, above)) }
    /// The value at the lower end of the rows below; at most 0.
    package var bottom: Double { below == 0 ? 0 : -Double(below) * step }
  }

  /// The axis's upper end: the smallest power of two, at least ``leastTop``, that no height exceeds, and no spread
  /// where that is shown.
  package func top(showsSpread: Bool) -> Double {
    let values = values.map {
      showsSpread ? max($0.height, $0.spread?.upperBound ?? $0.height) : $0.height
    }
    let highest = values.filter(\.isFinite).max() ?? 1
    var top = leastTop
    while top < highest, top < 1e9 { top *= 2 }
    return top
  }

  /// The base line where every bar has room, all rows of one height: below it stand as few rows as the lowest bar
  /// needs.
  package func scale(rows: Int, showsSpread: Bool) -> Scale {
    let lowest = values.map(\.height).filter(\.isFinite).min() ?? 0
    var scale = Scale(above: rows, below: 0, top: top(showsSpread: showsSpread))
    while lowest < scale.bottom, rows > 1 {
      if scale.above > 1 {
        (scale.above, scale.below) = (scale.above - 1, scale.below + 1)
      } else {
        scale = Scale(above: rows - 1, below: 1, top: scale.top * 2)
      }
    }
    return scale
  }
}
