import Figures
import Statistics
import Terminal
import TerminalCharts

/// Many scatters side by side, with a cursor: the paper's figure.
package struct OverviewScreen: Screen {
  /// The site's name that it was opened with; its cursor may stand on others.
  private var name: String?

  init(name: String? = nil) { self.name = name }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "o", "overview", rank: 2, help: "every other block on one screen",
        KeyRow.Stroke(["o"], does: { open(in: &$1) }))
    ]
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    KeyRow(
      "←→↑↓", "move", rank: 1, help: "h l k j: to the next scatter left, right, above, below",
      KeyRow.Stroke([.left, "h"], does: { $0.move(-1, in: &$1) }),
      KeyRow.Stroke([.right, "l"], does: { $0.move(1, in: &$1) }),
      KeyRow.Stroke([.up, "k"], does: { $0.move(rows: -1, in: &$1) }),
      KeyRow.Stroke([.down, "j"], does: { $0.move(rows: 1, in: &$1) })),
    KeyRow(
      "Enter", "opens the block", rank: 0, help: "open what is under the cursor",
      KeyRow.Stroke([.enter], does: { $0.choose(in: &$1) })),
    KeyRow("o", "back", rank: 1, help: "back", KeyRow.Stroke(["o"], does: { $1.path.close() })),
    .variant, .bars, .density, .help, .quit, .fit.offLine, .aspect.offLine,
    // Panels always fit their data: these are for the scatter that opens.
    .zoom.called("", rank: 9, help: "halve, double the range of the scatter that opens"),
    .pan.called("", rank: 9, help: "or Shift and arrows: move that range left, down, up, right"),
  ])

  package var words: [Glossary.Entry] { BarMeasure.words }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false) }

  package func questions(in model: Model) -> Set<Question> {
    model.barQuestions.union(overview(in: model).sites.map { .density(site: $0.site.id) })
  }

  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    let overview = overview(in: model)
    guard let name = overview.name else {
      let count = overview.sites.count == overview.total ? "every" : "\(overview.sites.count) of \(overview.total)"
      return layout.isFramed ? "overview: \(count) activation" + (count == "every" ? "" : "s") : "overview"
    }
    guard layout.isFramed else { return "overview \(name)" }
    if overview.isEveryOther { return "overview: every other block, \(name)" }
    let count = overview.sites.count
    return count == overview.total
      ? "overview: every block with \(name)" : "overview: \(count) of \(overview.total) blocks with \(name)"
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let overview = overview(in: model)
    let cursor = cursor(among: overview.sites, in: model)
    let panels = overview.sites.enumerated().map { index, figure in
      let fit = model.fit(of: figure.site.id)
      let reach = NumberText.fixed(fit.halfRange, decimals: max(0, -fit.exponent))
      let plot = ScatterPlot(
        grid: model.density(of: figure.site.id), viewport: fit, scale: model.scale, equalAspect: model.equalAspect,
        showsYLabels: false, showsXAxis: false)
      return OverviewGrid.Panel(
        title: "block \(figure.site.place.block)",
        name: overview.name == nil ? figure.site.place.site : figure.site.activation.blockName,
        reach: (drawing.capabilities.unicode ? "±" : "+-") + reach, shortTitle: String(figure.site.place.block),
        plot: plot, isCurrent: index == cursor)
    }
    OverviewGrid(panels: panels).draw(
      in: drawing.layout.picture, capabilities: drawing.capabilities, into: &drawing.buffer)
    drawing.drawBars()
  }

  /// Opens it at the panel nearest to the site that is looked at.
  private static func open(in model: inout Model) {
    let screen = Self(name: model.wishedSite)
    let panels = screen.overview(in: model).sites
    guard let nearest = screen.cursor(among: panels, in: model) else { return }
    model.look(at: panels[nearest])
    model.path.show(screen)
  }

  private func overview(in model: Model) -> SiteIndex.Overview {
    (name ?? model.wishedSite).map { model.index.overview(name: $0) } ?? SiteIndex.Overview()
  }

  /// The panel of the site that is looked at, or the nearest one: by blocks, then by sites in between.
  private func cursor(among panels: [SiteFigure], in model: Model) -> Int? {
    guard let site = model.site?.site else { return nil }
    func distance(_ index: Int) -> (blocks: Int, sites: Int) {
      let panel = panels[index].site
      return (abs(panel.place.block - site.place.block), abs(panel.id - site.id))
    }
    return panels.indices.min { distance($0) < distance($1) }
  }

  private func move(_ step: Int = 0, rows: Int = 0, in model: inout Model) {
    let panels = overview(in: model).sites
    guard let index = cursor(among: panels, in: model) else { return }
    let picture = layout(model.size).picture
    let columns = OverviewGrid.columns(panels: panels.count, width: picture.width, height: picture.height)
    let target = index + step + rows * columns
    if panels.indices.contains(target) { model.look(at: panels[target]) }
  }

  private func choose(in model: inout Model) {
    let panels = overview(in: model).sites
    guard let index = cursor(among: panels, in: model) else { return }
    model.look(at: panels[index])
    model.path.home()
  }
}
