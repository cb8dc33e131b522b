import Figures
import Terminal
import TerminalCharts

/// The screen for a model: a pure function. Any size is fine, 0x0 included.
public func view(_ model: Model, size: CellSize, capabilities: Capabilities) -> CellBuffer {
  var buffer = CellBuffer(size: size)
  if TooSmallNotice.applies(to: size) {
    TooSmallNotice.draw(into: &buffer)
  } else {
    var screen = ScreenDrawing(model: model, capabilities: capabilities, buffer: buffer)
    switch model.screen {
    case .scatter: screen.drawScatter(ScreenLayout(scatter: size))
    case .overview: screen.drawOverview(ScreenLayout(overview: size))
    case .sites: screen.drawSites(ScreenLayout(sites: size))
    case .help(let page, _): screen.drawHelp(page: page)
    }
    buffer = screen.buffer
  }
  if !capabilities.unicode { buffer.reduceToASCII() }
  return buffer
}

/// One screen being drawn.
struct ScreenDrawing {
  let model: Model
  let capabilities: Capabilities
  var buffer: CellBuffer

  mutating func drawScatter(_ layout: ScreenLayout) {
    drawTitle(in: layout.title, layout: layout)
    let site = model.site
    let grid = site.flatMap { model.shown?.densities[$0.site.id] }
    let plot = ScatterPlot(
      grid: grid, viewport: site.map { model.viewport(of: $0.site.id) } ?? model.viewport ?? Viewport(exponent: 2),
      scale: model.scale, equalAspect: model.equalAspect, showsYLabels: layout.showsYLabels,
      showsXAxis: layout.showsXAxis)
    let inner = pane(
      pictureTitle(isWide: layout.isWide), in: layout.picture, isFramed: layout.isFramed, isMarked: model.isFrozen)
    let fullest = plot.draw(in: inner, capabilities: capabilities, into: &buffer)
    drawPanel(site, grid: grid, fullestPixel: fullest, layout: layout)
    drawBars(layout)
    drawFooter(layout, hints: KeyTable.lineHints)
  }

  mutating func drawOverview(_ layout: ScreenLayout) {
    drawTitle(in: layout.title, layout: layout)
    let overview = model.overview
    let cursor = model.overviewCursor(in: overview.sites)
    let panels = overview.sites.enumerated().map { index, figure in
      let fit = model.fit(of: figure.site.id)
      let reach = NumberText.fixed(fit.halfRange, decimals: max(0, -fit.exponent))
      let plot = ScatterPlot(
        grid: model.shown?.densities[figure.site.id], viewport: fit, scale: model.scale,
        equalAspect: model.equalAspect, showsYLabels: false, showsXAxis: false)
      return OverviewGrid.Panel(
        title: "block \(figure.site.place.block)",
        name: overview.name == nil ? figure.site.place.site : figure.site.activation.blockName,
        reach: (capabilities.unicode ? "±" : "+-") + reach, shortTitle: String(figure.site.place.block), plot: plot,
        isCurrent: index == cursor)
    }
    OverviewGrid(panels: panels).draw(in: layout.picture, capabilities: capabilities, into: &buffer)
    drawBars(layout)
    drawFooter(layout, hints: KeyTable.overviewHints)
  }

  mutating func drawHelp(page: Int) {
    let keys = KeyTable.helpHints.map { Glossary.Entry(term: $0.keys, text: $0.help) }
    Glossary(title: "help", entries: keys + [.gap] + HelpWords.entries, page: page).draw(
      in: buffer.bounds, capabilities: capabilities, into: &buffer)
  }

  private mutating func drawPanel(
    _ site: SiteFigure?, grid: DensityGrid?, fullestPixel: Double, layout: ScreenLayout
  ) {
    guard !layout.panel.isEmpty else { return }
    let place = site.map { model.index.label(of: $0.site).fitted(columns: layout.panel.width - 5) }
    let inner = pane(place ?? "no site yet", in: layout.panel, isFramed: layout.isFramed)
    guard let site else { return }
    SidePanel(
      site: site, output: grid.flatMap { OutputRange($0, x: SidePanel.readingX) }, fullestPixel: fullestPixel,
      width: inner.width, capabilities: capabilities
    ).draw(in: inner, capabilities: capabilities, into: &buffer)
  }

  private mutating func drawBars(_ layout: ScreenLayout) {
    guard !layout.bars.isEmpty else { return }
    let chart = model.index.chart(wished: model.wishedSite, current: model.site)
    let words =
      (layout.isWide ? "slope difference " : "") + "|a1-a2| by " + (chart.name == nil ? "activation" : "block")
    let title = words + (chart.name.map { " · " + $0 } ?? "") + (layout.isWide ? " · mean, p10-p90" : "")
    let inner = pane(title, in: layout.bars, isFramed: layout.isFramed)
    SlopeBars(
      chart, showsAxis: layout.showsBarAxis, showsWhiskers: layout.showsWhiskers
    ).draw(in: inner, capabilities: capabilities, into: &buffer)
  }

  /// The status line and the line of keys; a notice takes the keys' place until the next key.
  mutating func drawFooter(_ layout: ScreenLayout, hints: [KeyHint]) {
    StatusLine(progress: model.live?.progress, isFrozen: model.isFrozen).draw(
      in: layout.status, capabilities: capabilities, into: &buffer)
    if let notice = model.notice {
      let style = notice.isError ? CellStyle.alarm(capabilities) : .bold
      buffer.write(
        CellText.fitted(notice.text, columns: layout.keys.width - 2), x: 1, y: layout.keys.y, style: style)
    } else {
      KeyLine(hints: hints).draw(in: layout.keys, capabilities: capabilities, into: &buffer)
    }
  }

  /// Draws a pane's frame if there is one; what is inside.
  mutating func pane(_ title: String, in rect: CellRect, isFramed: Bool, isMarked: Bool = false) -> CellRect {
    guard isFramed else { return rect }
    let style = isMarked ? CellStyle.accent(capabilities) : .standard
    return Frame.draw(title, in: rect, capabilities: capabilities, titleStyle: style, into: &buffer)
  }
}
