import Figures
import Statistics
import Terminal
import TerminalCharts

extension Model {
  /// A scatter as the user wants scatters, for a layout.
  func plot(_ grid: DensityGrid?, viewport: Viewport, layout: ScreenLayout) -> ScatterPlot {
    ScatterPlot(
      grid: grid, viewport: viewport, scale: scale, equalAspect: equalAspect, showsYLabels: layout.showsYLabels,
      showsXAxis: layout.showsXAxis)
  }

  /// The scatter of the site that is looked at.
  func plot(layout: ScreenLayout) -> ScatterPlot {
    plot(
      site.flatMap { density(of: $0.site.id) },
      viewport: site.map { self.viewport(of: $0.site.id) } ?? viewport ?? Viewport(exponent: 2), layout: layout)
  }

  /// Zooms towards what lies under the mouse.
  mutating func zoom(_ event: MouseEvent, on plot: ScatterPlot, in rect: CellRect) {
    guard event.kind != .press, let site, let point = plot.place(in: rect).value(column: event.x, row: event.y) else {
      return
    }
    let before = plot.viewport
    zoom(event.kind == .wheelUp ? 1 : -1)
    guard var view = viewport, view.exponent != before.exponent else { return }
    let factor = view.halfRange / before.halfRange
    view.centerX = point.x + (before.centerX - point.x) * factor
    view.centerY = point.y + (before.centerY - point.y) * factor
    show(view, of: site)
  }
}

extension ScreenLayout {
  /// The picture's pane without its frame.
  var pictureInside: CellRect { isFramed ? picture.inset() : picture }
}

extension ScreenDrawing {
  /// A scatter in the picture's pane, as the user wants scatters; the most pairs that one pixel stands for.
  ///
  /// - Parameters:
  ///   - grid: The pairs; nil before they are known.
  ///   - viewport: What part of the plane is shown.
  ///   - subject: What the pairs are of, for the pane's title; nothing for a site's own.
  ///   - curves: Functions whose graphs are drawn over the density.
  @discardableResult
  mutating func drawScatter(
    _ grid: DensityGrid?, viewport: Viewport, subject: String? = nil, curves: [ScatterPlot.Curve] = []
  ) -> Double {
    var plot = model.plot(grid, viewport: viewport, layout: layout)
    plot.curves = curves
    return drawScatter(plot, subject: subject)
  }

  /// A plot in the picture's pane; the most pairs that one pixel stands for.
  @discardableResult
  mutating func drawScatter(_ plot: ScatterPlot, subject: String? = nil) -> Double {
    let title = ([subject].compactMap { $0 } + scatterTitle).joined(separator: " · ")
    let inner = pane(title, in: layout.picture, isMarked: model.isFrozen)
    return plot.draw(in: inner, capabilities: capabilities, into: &buffer)
  }

  /// What a scatter shows and how.
  private var scatterTitle: [String] {
    let isWide = layout.isWide
    var parts: [String] = []
    if model.isFrozen, let images = model.heldImages {
      parts.append(isWide ? "FROZEN at \(NumberText.grouped(images)) images" : "FROZEN")
    }
    parts.append(
      isWide ? "output y over input x, \(model.scale.rawValue) density" : "y over x, \(model.scale.rawValue)")
    if model.equalAspect { parts.append(isWide ? "equal lengths" : "equal") }
    if model.viewport != nil { parts.append(isWide ? "zoomed, 0 fits" : "zoomed") }
    return parts
  }
}
