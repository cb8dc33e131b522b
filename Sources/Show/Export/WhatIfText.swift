import Figures
import PlainText
import Statistics

/// The what-if table that a run without a terminal prints.
public enum WhatIfText {
  /// Single sites listed for each change, those that matter most.
  private static let mostSites = 5

  /// The text, ending in a newline: all rows but those of single sites, of which only those that cost most are listed.
  public static func text(_ figure: WhatIfFigure) -> String {
    let own = figure.unchanged.classification
    var lines = [
      "unchanged: \(own.images) images"
        + (own.top1.map { " · top-1 \(Decimals.percent($0))\(own.basis)" } ?? ", no labels")
    ]
    let images = figure.rows.compactMap { figure.coefficientsImage(of: $0.ablation.whatIf.change) }
    for image in Set(images).sorted() {
      lines.append("\(WhatIf.Change.anotherImageWord): the coefficients of \(image)")
    }
    guard !figure.rows.isEmpty else {
      return (lines + ["no activation has what was to be changed"]).joined(separator: "\n") + "\n"
    }
    let shown = figure.rows.indices.filter { isShown($0, in: figure) }
    let rows = shown.map { cells(figure.rows[$0].ablation, figure.rows[$0].effect, before: own.top1) }
    lines += [""] + Columns.lines([header] + rows, rightAligned: { $0 >= 4 })
    let left = figure.rows.count - shown.count
    if left > 0 { lines += ["", "and \(left) single sites that change fewer images; what_if.csv has all"] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The heads of ``cells(_:_:before:)``.
  package static let header = [
    "order", "step", "where", "change", "sites", "top-1", "differs", "|Δ logit|", "changed", "right now", "wrong now",
  ]

  private static func isShown(_ row: Int, in figure: WhatIfFigure) -> Bool {
    let (ablation, effect) = figure.rows[row]
    guard ablation.order == .each else { return true }
    let ahead = figure.rows.enumerated().count { other, entry in
      entry.ablation.order == .each && entry.ablation.whatIf.change == ablation.whatIf.change
        && (entry.effect.changedCount > effect.changedCount
          || entry.effect.changedCount == effect.changedCount && other < row)
    }
    return ahead < mostSites
  }

  /// A row of the table; `before` is the unchanged network's top-1. What is not known is a dash.
  package static func cells(_ ablation: Ablation, _ effect: ChangeEffect, before: Double?) -> [String] {
    let top1 = effect.classification.top1
    let difference = top1.flatMap { after in before.map { after - $0 } }
    let place = ablation.name ?? "everywhere"
    return [
      ablation.order.rawValue, ablation.step.map(String.init) ?? "", ablation.step == nil ? place : "+ " + place,
      ablation.whatIf.change.word, "\(ablation.whatIf.sites.count)", top1.map { Decimals.percent($0) } ?? "-",
      difference.map { Decimals.fixed(100 * $0, 1, signed: true) } ?? "-",
      effect.logitChange.mean.map { Decimals.fixed($0, 3) } ?? "-", Digits.grouped(effect.changedCount),
      Digits.grouped(effect.rightNow), Digits.grouped(effect.wrongNow),
    ]
  }
}
