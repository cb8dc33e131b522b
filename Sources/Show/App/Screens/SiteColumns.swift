import Figures
import Networks
import Terminal

/// The columns of the list of sites.
struct SiteColumns: Sendable {
  let columns: [ListTable.Column]
  private let isWide: Bool
  private let plusMinus: String
  /// A network without names of blocks has no column for them.
  private let hasNames: Bool

  /// Columns that hold what all `sites` are called, so that they stay where they are while a filter narrows the list.
  init(_ sites: [SiteFigure], isWide: Bool, capabilities: Capabilities) {
    self.isWide = isWide
    plusMinus = capabilities.unicode ? " ± " : " +- "
    func longest(_ text: (ActivationSite) -> String) -> Int { sites.map { text($0.site).count }.max() ?? 0 }
    hasNames = sites.contains { $0.site.activation.blockName != nil }
    let digits = longest { String($0.place.block) }
    let name = ListTable.Column(
      "name", width: longest { $0.activation.blockName ?? "" }, least: 8, rank: 4, cut: .beginning)
    let difference = ListTable.Column(
      Measure.slopeDifference.columnTitle, width: isWide ? 16 : 7, rank: 1, isRightAligned: true)
    columns =
      [ListTable.Column("block", width: digits, least: digits, rank: 0, isRightAligned: true)]
      + (hasNames ? [name] : []) + [
        ListTable.Column("site", width: longest { $0.place.site }, least: 8, rank: 0, cut: .beginning),
        ListTable.Column("node", width: longest { $0.node }, least: 16, rank: 6, cut: .beginning),
        ListTable.Column("kind", width: longest { $0.activation.kind }, least: 7, rank: 2),
        ListTable.Column("shape", width: longest { $0.shape.text }, rank: 5),
        ListTable.Column("K", width: 2, rank: 3, isRightAligned: true), difference,
      ]
      + Self.others.map {
        ListTable.Column(
          $0.columnTitle, width: $0.form == .range ? 13 : 7, rank: 7, isRightAligned: true, isSpare: true)
      }
  }

  /// A site's row.
  func cells(_ figure: SiteFigure) -> [String] {
    let site = figure.site
    let activation = site.activation
    return [String(site.place.block)] + (hasNames ? [activation.blockName ?? ""] : []) + [
      site.place.site, site.node, activation.kind, site.shape.text,
      activation.isCurve ? NumberText.absent : String(activation.functions), slopeDifference(figure),
    ] + Self.others.map { Self.text($0, figure) }
  }

  /// The measures that stand behind the slope difference, where there is room.
  private static let others = Measure.all.filter { $0.key != Measure.slopeDifference.key }

  private static func text(_ measure: Measure, _ figure: SiteFigure) -> String {
    measure.columns(
      figure, number: { $0.map { NumberText.fixed($0, decimals: 2) } ?? NumberText.absent },
      percent: { NumberText.percent($0) })[0]
  }

  /// The slope difference; for one function the spread of its slope, for others why there is none.
  private func slopeDifference(_ figure: SiteFigure) -> String {
    if let difference = figure.slopeDifference {
      let mean = NumberText.fixed(difference.mean, decimals: 2)
      return isWide ? mean + plusMinus + NumberText.fixed(difference.deviation, decimals: 2) : mean
    }
    if let slope = figure.slopes.first, figure.slopes.count == 1 {
      let mean = isWide ? "a1 " + NumberText.fixed(slope.mean, decimals: 2) : ""
      return mean + plusMinus + NumberText.fixed(slope.deviation, decimals: 2)
    }
    return figure.site.activation.slopeDifferenceAbsence == nil ? NumberText.absent : "none"
  }
}
