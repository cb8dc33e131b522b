import Networks

extension SiteIndex {
  /// A bar for each block, of the site that is looked at or the one to start with; where names do not recur, for each
  /// activation that has such a number.
  ///
  /// - Parameters:
  ///   - measure: The bars' height.
  ///   - run: What a measure needs that no site's figure has.
  ///   - partner: What each bar has a bar of beside it, where it has the site.
  ///   - wished: The sites' name.
  ///   - current: The site that is looked at.
  package func chart(
    of measure: BarMeasure = .slopeDifference, in run: RunFigure?, beside partner: RunFigure? = nil, wished: String?,
    current: SiteFigure?
  ) -> SiteChart {
    func beside(_ figure: SiteFigure) -> SiteChart.Value? {
      guard let partner else { return nil }
      let other = partner.sites.first { $0.site.place == figure.site.place }
      return other.flatMap { measure.value(of: $0, in: partner) }
    }
    let name = wished.flatMap { recurringName($0) }
    let bars = name.map { barsByBlock(name: $0, current: current) } ?? barsBySite(measure, current: current)
    let figures = bars.compactMap(\.figure)
    let measured = figures.filter { measure.applies(to: $0.site.activation) }
    let isAbsent = measured.isEmpty && !sites.isEmpty
    return SiteChart(
      bars: bars.map { bar in
        SiteChart.Bar(
          label: bar.label, value: bar.figure.flatMap { measure.value(of: $0, in: run) },
          partner: bar.figure.flatMap(beside), isCurrent: bar.isCurrent)
      },
      sites: measured.map(\.site.id), name: name,
      absence: isAbsent ? Self.absence(of: measure, at: figures.isEmpty ? sites : figures) : nil,
      leastTop: measure.leastTop)
  }

  /// A bar's place with its site; nil for a block that lacks the name.
  private typealias Place = (label: String, figure: SiteFigure?, isCurrent: Bool)

  private func barsByBlock(name: String, current: SiteFigure?) -> [Place] {
    blocks.map { block in
      let figure = bar(of: block, name: name)
      let isNamed = figure.map { $0.site.place.site == name } ?? true
      let label = isNamed ? String(block) : figure?.site.place.site ?? ""
      return (label, figure, block == current?.site.place.block)
    }
  }

  /// The first bar of a block bears its number.
  private func barsBySite(_ measure: BarMeasure, current: SiteFigure?) -> [Place] {
    var last: Int?
    return sites.filter { measure.applies(to: $0.site.activation) }.map { figure in
      let block = figure.site.place.block
      defer { last = block }
      return (block == last ? "" : String(block), figure, figure.site.id == current?.site.id)
    }
  }

  /// `no slopes to compare: SE, K 1 · h-swish`.
  private static func absence(of measure: BarMeasure, at figures: [SiteFigure]) -> String {
    var kinds: [String] = []
    for activation in figures.map(\.site.activation) {
      let kind = activation.kind + (activation.hasCoefficients ? ", K \(activation.functions)" : "")
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return measure.absence + ": " + kinds.joined(separator: " · ")
  }
}
