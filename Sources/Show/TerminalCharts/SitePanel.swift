import Figures
import Terminal

extension SidePanel {
  /// The input at which the panel reads the outputs' spread.
  public static let readingX = 0.5

  /// Everything that is known of a site, named for a panel of a width.
  ///
  /// `fullestPixel` is the colour bar's upper end, in pairs.
  public init(site: SiteFigure, output: OutputRange?, fullestPixel: Double, width: Int, capabilities: Capabilities) {
    let wide = width >= 30
    let plusMinus = capabilities.unicode ? " ± " : " +- "
    func spread(_ value: MeanDeviation) -> String {
      NumberText.fixed(value.mean, decimals: 2) + plusMinus + NumberText.fixed(value.deviation, decimals: 2)
    }
    var rows = [PanelRow(.value("kind", site.site.activation.kind), priority: 5)]
    rows += Self.countRows(of: site, wide: wide)
    rows.append(PanelRow(.blank, priority: 7))
    for (index, slope) in site.slopes.enumerated() {
      rows.append(PanelRow(.value(wide ? "slope a\(index + 1)" : "a\(index + 1)", spread(slope)), priority: 4))
    }
    for (index, intercept) in site.intercepts.enumerated() {
      rows.append(
        PanelRow(.value(wide ? "intercept b\(index + 1)" : "b\(index + 1)", spread(intercept)), priority: 6))
    }
    rows += Self.differenceRows(of: site, wide: wide)
    rows.append(PanelRow(.blank, priority: 5))
    rows += Self.shareRows(of: site, wide: wide)
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.outputRows(output, wide: wide)
    rows.append(PanelRow(.blank, priority: 7))
    rows += Self.densityRows(fullestPixel: fullestPixel, wide: wide)
    rows += Self.outlierRows(of: site)
    self.init(rows: rows)
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

  private static func differenceRows(of site: SiteFigure, wide: Bool) -> [PanelRow] {
    guard let difference = site.slopeDifference else {
      let reason = site.site.activation.slopeDifferenceAbsence
      return [PanelRow(.value("|a1-a2|", reason.map { "none, " + $0 } ?? NumberText.absent), priority: 0)]
    }
    let p10 = NumberText.fixed(difference.p10, decimals: 2)
    let p90 = NumberText.fixed(difference.p90, decimals: 2)
    let mean = PanelRow(.value("|a1-a2|", NumberText.fixed(difference.mean, decimals: 2)), priority: 0)
    guard wide else { return [mean, PanelRow(.value("p10 … p90", p10 + " … " + p90), priority: 1)] }
    return [
      mean, PanelRow(.value("        p10 … p90", p10 + " … " + p90), priority: 1),
      PanelRow(.value("        deviation", NumberText.fixed(difference.deviation, decimals: 2)), priority: 7),
    ]
  }

  private static func shareRows(of site: SiteFigure, wide: Bool) -> [PanelRow] {
    let positive = PanelRow(
      .value(wide ? "x<0 with y>0" : "x<0, y>0", NumberText.percent(site.positiveFromNegativeShare)), priority: 2)
    guard site.site.activation.hasCoefficients else { return [positive] }
    return [
      PanelRow(.value("|b|>0.05", NumberText.percent(site.interceptShare)), priority: 2),
      PanelRow(
        .value(wide ? "slope<0 or >1" : "a<0 | a>1", NumberText.percent(site.slopeOutsideUnitShare)), priority: 2),
      positive,
    ]
  }

  private static func outputRows(_ output: OutputRange?, wide: Bool) -> [PanelRow] {
    let name = "y at x = " + NumberText.fixed(readingX, decimals: 1)
    guard let output else { return [PanelRow(.value(name, NumberText.absent), priority: 3)] }
    let low = NumberText.fixed(output.p10, decimals: 2)
    let high = NumberText.fixed(output.p90, decimals: 2)
    guard wide else {
      return [PanelRow(.text(name), priority: 3), PanelRow(.value("p10 … p90", low + " … " + high), priority: 3)]
    }
    return [
      PanelRow(.value(name, "p10 " + low + " … p90 " + high), priority: 3),
      PanelRow(.value("        median", NumberText.fixed(output.p50, decimals: 2)), priority: 6),
    ]
  }

  private static func densityRows(fullestPixel: Double, wide: Bool) -> [PanelRow] {
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
