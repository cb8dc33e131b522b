import Figures
import Statistics
import Terminal
import TerminalCharts

extension ScreenDrawing {
  /// A scatter in the picture's pane, as the user wants scatters; the most pairs that one pixel stands for.
  ///
  /// - Parameters:
  ///   - grid: The pairs; nil before they are known.
  ///   - viewport: What part of the plane is shown.
  ///   - subject: What the pairs are of, for the pane's title; nothing for a site's own.
  ///   - curves: Functions whose graphs are drawn over the density.
  mutating func drawScatter(
    _ grid: DensityGrid?, viewport: Viewport, subject: String? = nil, curves: [ScatterPlot.Curve] = []
  ) -> Double {
    let plot = ScatterPlot(
      grid: grid, viewport: viewport, scale: model.scale, equalAspect: model.equalAspect,
      showsYLabels: layout.showsYLabels, showsXAxis: layout.showsXAxis, curves: curves)
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
