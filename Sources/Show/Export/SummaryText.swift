import Figures
import Networks
import PlainText

/// The summary that a run without a terminal prints: plain text, a line for each activation site.
public enum SummaryText {
  /// The text, ending in a newline. What is not known is a dash.
  public static func text(_ run: RunFigure) -> String {
    var lines = [title(run)] + run.listing.remarks + [""]
    let isNamed = run.sites.contains { $0.site.activation.blockName != nil }
    lines += Columns.lines(
      [header(isNamed: isNamed)] + run.sites.map { cells($0, isNamed: isNamed) }, rightAligned: { _ in true })
    lines += ["", claims(run.claims), ""]
    lines += Columns.lines(Measure.all.map { [$0.columnTitle, $0.help] }, rightAligned: { _ in false })
    return lines.joined(separator: "\n") + "\n"
  }

  /// Its first line: what was run, and over how many images.
  public static func title(_ run: RunFigure) -> String {
    let part = run.part.map { ", \($0.words)" } ?? ""
    return "\(run.model) ▸ \(run.variant)\(part): \(totals(run))"
  }

  private static func header(isNamed: Bool) -> [String] {
    ["block"] + (isNamed ? ["name"] : []) + ["site", "kind", "shape", "K"] + Measure.all.flatMap(\.columnTitles)
  }

  private static func claims(_ claims: ClaimsFigure) -> String {
    guard let slopes = claims.slopeOutsideUnitShare, let intercepts = claims.interceptShare else {
      return "all sites: no activation function has slopes and intercepts"
    }
    return "all sites: \(Decimals.percent(slopes)) of the activation functions have a slope below 0 or above 1, "
      + "\(Decimals.percent(intercepts)) an |intercept| above \(Measure.interceptLimit)"
  }

  private static func totals(_ run: RunFigure) -> String {
    let progress = run.progress
    var parts = ["\(progress.done) of \(progress.total) images", "\(progress.skipped) skipped"]
    let basis = run.classification.basis
    if let top1 = progress.top1 { parts.append("top-1 \(Decimals.percent(top1))\(basis)") }
    if let top5 = progress.top5 { parts.append("top-5 \(Decimals.percent(top5))") }
    if let rate = progress.imagesPerSecond { parts.append("\(Decimals.fixed(rate, 0)) images/s") }
    return parts.joined(separator: " · ")
  }

  private static func cells(_ figure: SiteFigure, isNamed: Bool) -> [String] {
    let activation = figure.site.activation
    let block = ["\(figure.site.place.block)"] + (isNamed ? [activation.blockName ?? "-"] : [])
    let segments = activation.isCurve ? "-" : "\(activation.functions)"
    return block + [figure.site.place.site, activation.kind, figure.site.shape.text, segments]
      + Measure.all.flatMap { $0.columns(figure, number: number, percent: { $0.map { Decimals.percent($0) } ?? "-" }) }
  }

  private static func number(_ value: Double?) -> String { value.map { Decimals.fixed($0, 3) } ?? "-" }
}
