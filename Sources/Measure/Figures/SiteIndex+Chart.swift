import Networks

extension SiteIndex {
  /// A bar for each block, of the site that is looked at or the one to start with; where names do not recur, for each
  /// activation.
  package func chart(wished: String?, current: SiteFigure?) -> SlopeChart {
    let name = wished.flatMap { recurringName($0) }
    let bars = name.map { barsByBlock(name: $0, current: current) } ?? barsBySite(current: current)
    let figures = bars.compactMap(\.figure)
    let isAbsent = figures.allSatisfy { $0.site.activation.slopeDifferenceAbsence != nil } && !sites.isEmpty
    let shown = figures.isEmpty ? sites : figures
    return SlopeChart(bars: bars.map(\.bar), name: name, absence: isAbsent ? Self.absence(of: shown) : nil)
  }

  /// A bar with its site; nil for a block that lacks the name.
  private typealias SiteBar = (bar: SlopeChart.Bar, figure: SiteFigure?)

  private func barsByBlock(name: String, current: SiteFigure?) -> [SiteBar] {
    blocks.map { block in
      let figure = bar(of: block, name: name)
      let isNamed = figure.map { $0.site.place.site == name } ?? true
      let bar = SlopeChart.Bar(
        label: isNamed ? String(block) : figure?.site.place.site ?? "", difference: figure?.slopeDifference,
        isCurrent: block == current?.site.place.block)
      return (bar, figure)
    }
  }

  /// The first bar of a block bears its number.
  private func barsBySite(current: SiteFigure?) -> [SiteBar] {
    var last: Int?
    return sites.filter { $0.site.activation.slopeDifferenceAbsence == nil }.map { figure in
      let block = figure.site.place.block
      defer { last = block }
      let bar = SlopeChart.Bar(
        label: block == last ? "" : String(block), difference: figure.slopeDifference,
        isCurrent: figure.site.id == current?.site.id)
      return (bar, figure)
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
