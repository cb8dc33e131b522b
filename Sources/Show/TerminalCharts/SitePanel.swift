import Figures
import Terminal

extension SidePanel {
  /// Everything that is known of a site, named for a panel of a width.
  ///
  /// `fullestPixel` is the colour bar's upper end, in pairs.
  public init(site: SiteFigure, fullestPixel: Double, width: Int, capabilities: Capabilities) {
    let wide = width >= 30
    var rows = [PanelRow(.value("kind", site.site.activation.kind), priority: 5)]
    rows += Self.countRows(of: site, wide: wide)
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.lineRows(slopes: site.slopes, intercepts: site.intercepts, wide: wide, capabilities: capabilities)
    for (index, group) in Measure.panelGroups.enumerated() {
      if index > 0 { rows.append(PanelRow(.blank, priority: index == 1 ? 5 : 7)) }
      rows += group.flatMap { Self.rows(of: $0, at: site, wide: wide) }
    }
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.densityRows(fullestPixel: fullestPixel, wide: wide)
    rows += Self.outlierRows(of: site)
    self.init(rows: rows)
  }

  /// Slopes a_k and intercepts b_k, mean ± deviation.
  static func lineRows(
    slopes: [MeanDeviation], intercepts: [MeanDeviation], wide: Bool, capabilities: Capabilities
  ) -> [PanelRow] {
    let plusMinus = capabilities.unicode ? " ± " : " +- "
    func row(_ name: String, _ index: Int, _ value: MeanDeviation, priority: Int) -> PanelRow {
      let number =
        NumberText.fixed(value.mean, decimals: 2) + plusMinus + NumberText.fixed(value.deviation, decimals: 2)
      return PanelRow(.value(name + String(index + 1), number), priority: priority)
    }
    return slopes.enumerated().map { row(wide ? "slope a" : "a", $0, $1, priority: 4) }
      + intercepts.enumerated().map { row(wide ? "intercept b" : "b", $0, $1, priority: 6) }
  }

  private static func countRows(of site: SiteFigure, wide: Bool) -> [PanelRow] {
    let inputs = wide ? NumberText.grouped(site.elements) : NumberText.compact(site.elements)
    var rows = [
      PanelRow(.value("inputs", inputs), priority: 3),
      PanelRow(.value("images", NumberText.grouped(site.images)), priority: 6),
    ]
    if site.share < 1 {
      rows.append(
        PanelRow(.value(wide ? "share of positions" : "positions", NumberText.percent(site.share)), priority: 5))
    }
    return rows
  }

  /// A measure: its range in one row or two, its mean with the range below, or a share.
  private static func rows(of measure: Measure, at site: SiteFigure, wide: Bool) -> [PanelRow] {
    let name = wide ? measure.title : measure.narrowTitle
    switch measure.value(site) {
    case .share(let share):
      guard let share else { return [] }
      return [PanelRow(.value(name, NumberText.percent(share.share)), priority: 2)]
    case .number(let number):
      guard site.site.activation.hasCoefficients else { return [] }
      return [PanelRow(.value(name, NumberText.fixed(number, decimals: 2)), priority: 3)]
    case .distribution(let values?, _):
      return measure.form == .range ? rangeRows(name, values, wide: wide) : meanRows(name, values, wide: wide)
    case .distribution(nil, _):
      let reason = measure.absence(site.site.activation).map { "none, " + $0 }
      return [PanelRow(.value(name, reason ?? NumberText.absent), priority: measure.form == .range ? 3 : 0)]
    }
  }

  private static func meanRows(_ name: String, _ values: DistributionFigure, wide: Bool) -> [PanelRow] {
    let range = range(values)
    let mean = PanelRow(.value(name, NumberText.fixed(values.mean, decimals: 2)), priority: 0)
    guard wide else { return [mean, PanelRow(.value("p10 … p90", range), priority: 1)] }
    return [
      mean, PanelRow(.value("        p10 … p90", range), priority: 1),
      PanelRow(.value("        deviation", NumberText.fixed(values.deviation, decimals: 2)), priority: 7),
    ]
  }

  private static func rangeRows(_ name: String, _ values: DistributionFigure, wide: Bool) -> [PanelRow] {
    guard wide else {
      return [PanelRow(.text(name), priority: 3), PanelRow(.value("p10 … p90", range(values)), priority: 3)]
    }
    return [
      PanelRow(.value(name + "   p10 … p90", range(values)), priority: 3),
      PanelRow(.value("        median", NumberText.fixed(values.p50, decimals: 2)), priority: 6),
    ]
  }

  private static func range(_ values: DistributionFigure) -> String {
    NumberText.fixed(values.p10, decimals: 2) + " … " + NumberText.fixed(values.p90, decimals: 2)
  }

  static func densityRows(fullestPixel: Double, wide: Bool) -> [PanelRow] {
    guard wide else { return [] }
    return [
      PanelRow(.value("inputs on a pixel", "up to " + NumberText.scientific(fullestPixel)), priority: 5),
      PanelRow(.ramp, priority: 4), PanelRow(.blank, priority: 7),
    ]
  }

  private static func outlierRows(of site: SiteFigure) -> [PanelRow] {
    [
      PanelRow(.value("outside range", NumberText.grouped(site.outsideRange)), priority: site.outsideRange > 0 ? 2 : 6),
      PanelRow(.value("not finite", NumberText.grouped(site.notFinite)), priority: site.notFinite > 0 ? 2 : 6),
    ]
  }
}
