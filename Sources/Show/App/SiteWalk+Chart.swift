import Figures
import Terminal
import TerminalCharts

extension SiteWalk {
  /// What the chart of slope differences shows.
  package struct Chart: Sendable, Equatable {
    /// One bar, before its numbers.
    package struct Bar: Sendable, Equatable {
      /// What stands below it.
      package var label: String
      /// The site; nil for a block that lacks the name.
      package var figure: SiteFigure?
      /// Whether this is where the screen is.
      package var isCurrent: Bool
    }

    /// The bars, from left to right.
    package var bars: [Bar]
    /// The name that the sites bear, one for each block; nil when every activation with slopes to compare has a bar.
    package var name: String?
    /// Why there can be no bar: every site is a curve, a Maxout or has one function.
    package var absence: String?
  }

  /// A bar for each block, of the site that is looked at or the one to start with; where names do not recur, for each activation.
  package func chart(wished: String?, current: SiteFigure?) -> Chart {
    let name = wished.flatMap { recurringName($0) }
    let bars = name.map { barsByBlock(name: $0, current: current) } ?? barsBySite(current: current)
    let figures = bars.compactMap(\.figure)
    let isAbsent = figures.allSatisfy { $0.site.activation.slopeDifferenceAbsence != nil } && !sites.isEmpty
    let shown = figures.isEmpty ? sites : figures
    return Chart(bars: bars, name: name, absence: isAbsent ? Self.absence(of: shown) : nil)
  }

  private func barsByBlock(name: String, current: SiteFigure?) -> [Chart.Bar] {
    blocks.map { block in
      let figure = bar(of: block, name: name)
      let isNamed = figure.map { $0.site.place.site == name } ?? true
      return Chart.Bar(
        label: isNamed ? String(block) : figure?.site.place.site ?? "", figure: figure,
        isCurrent: block == current?.site.place.block)
    }
  }

  /// The first bar of a block bears its number.
  private func barsBySite(current: SiteFigure?) -> [Chart.Bar] {
    var last: Int?
    return sites.filter { $0.site.activation.slopeDifferenceAbsence == nil }.map { figure in
      let block = figure.site.place.block
      defer { last = block }
      return Chart.Bar(
        label: block == last ? "" : String(block), figure: figure, isCurrent: figure.site.id == current?.site.id)
    }
  }

  /// `no slopes to compare: SE, K 1 · h-swish`.
  private static func absence(of figures: [SiteFigure]) -> String {
    var kinds: [String] = []
    for activation in figures.map(\.site.activation) {
      let kind = activation.kind + (activation.hasCoefficients ? ", K \(activation.functions)" : "")
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return "no slopes to compare: " + kinds.joined(separator: " · ")
  }
}
