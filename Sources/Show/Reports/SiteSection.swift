import Figures
import Networks

/// The table of a variant's activations: every measure of every site, as in `sites.csv`.
struct SiteSection {
  let run: SettledRun
  /// What its parts are called on the page.
  let id: String

  var html: HTML {
    let table = id + "-sites"
    return .element(
      "section", ["aria-labelledby": table + "-title"], .element("h3", ["id": table + "-title"], "Activations"),
      .element(
        "div", ["class": "tools scripted", "hidden": "hidden"],
        .element("label", ["for": table + "-filter"], "Show those whose names or kinds hold"),
        .element(
          "input",
          [
            "id": table + "-filter", "type": "search", "autocomplete": "off", "data-table": table,
            "data-count": table + "-count",
          ]),
        .element("output", ["id": table + "-count", "for": table + "-filter", "aria-live": "polite"])),
      self.table.html, .element("p", class: "quiet", .text(legend)))
  }

  /// What the heads mean.
  private var legend: String {
    let terms =
      Measure.all.map { "\($0.columnTitle): \($0.help)" }
      + (hasClasses ? ["\(Measure.byClassTitle): \(Measure.byClassHelp)"] : [])
    return terms.joined(separator: "; ") + ". \(NumberText.absent) stands for what an activation does not have."
  }

  /// Every site in the order in which they run.
  var table: PageTable {
    PageTable(
      caption: "Activations of \(run.figure.variant) and what each does", columns: columns,
      rows: run.figure.sites.map(row), sortableAs: id + "-sites")
  }

  private var hasNames: Bool { run.figure.sites.contains { $0.site.activation.blockName != nil } }
  private var hasClasses: Bool { run.figure.sites.contains { run.figure.byClass(of: $0.site.id) != nil } }

  private var columns: [PageTable.Column] {
    let measures = Measure.all.flatMap { measure in
      measure.columnTitles.map { PageTable.Column.number($0, help: measure.help + Self.sorting(measure)) }
    }
    return [.number("block")] + (hasNames ? [PageTable.Column("name")] : [])
      + [PageTable.Column("site"), PageTable.Column("node"), PageTable.Column("kind"), PageTable.Column("shape")]
      + [.number("K", help: "linear functions under the maximum")] + measures
      + (hasClasses ? [.number(Measure.byClassTitle, help: Measure.byClassHelp)] : [])
      + [
        .number("images"),
        .number("share", help: "share of each image's positions whose inputs and outputs are counted"),
      ]
  }

  private static func sorting(_ measure: Measure) -> String {
    measure.form == .range ? "; sorted by the distance between the two" : ""
  }

  private func row(_ figure: SiteFigure) -> PageTable.Row {
    let site = figure.site
    let activation = site.activation
    let functions: PageTable.Cell =
      activation.isCurve ? .number(NumberText.absent, nil) : .count(activation.functions)
    let names: [PageTable.Cell] =
      [.count(site.place.block)] + (hasNames ? [.text(activation.blockName ?? NumberText.absent)] : [])
      + [.text(site.place.site), .head(site.node), .text(activation.kind), .text(site.shape.text), functions]
    let byClass: [PageTable.Cell] = hasClasses ? [.fixed(run.figure.byClass(of: site.id))] : []
    return PageTable.Row(
      names + Measure.all.flatMap { Self.cells($0, figure) } + byClass + [
        .count(figure.images), .percent(figure.share),
      ],
      words: SiteFilter.text(of: site))
  }

  /// A measure as it is shown, with what it is sorted by.
  private static func cells(_ measure: Measure, _ figure: SiteFigure) -> [PageTable.Cell] {
    let texts = measure.columns(
      figure, number: { NumberText.fixed($0, decimals: 3) }, percent: { NumberText.percent($0) })
    return zip(texts, measure.columnValues(figure)).map { .number($0, $1) }
  }
}
