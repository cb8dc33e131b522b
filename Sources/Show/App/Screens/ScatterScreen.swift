import Figures
import Terminal
import TerminalCharts

/// One site's scatter with its numbers and the bars: the screen that lies below all others.
package struct ScatterScreen: Screen {
  package init() {}

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete(
    [
      KeyRow(
        "←→", "block", rank: 1, help: "h l: previous, next block",
        KeyRow.Stroke([.left, "h"], does: { $1.stepBlocks(-1) }),
        KeyRow.Stroke([.right, "l"], does: { $1.stepBlocks(1) })),
      KeyRow(
        "↑↓", "site", rank: 1, help: "k j: previous, next activation site in the block",
        KeyRow.Stroke([.up, "k"], does: { $1.stepSites(-1) }),
        KeyRow.Stroke([.down, "j"], does: { $1.stepSites(1) })),
      .variant,
    ] + Screens.doors() + [
      KeyRow(
        "n N", help: "next, previous site that the last filter leaves",
        KeyRow.Stroke(["n"], does: { $1.stepMatches(1) }), KeyRow.Stroke(["N"], does: { $1.stepMatches(-1) })),
      KeyRow("Enter", help: "open what is under the cursor of overview or list"),
      .density, .zoom, .freeze, .export, .pan, .fit, .aspect, .help, .back, .repaint, .quit,
    ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size) }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let layout = drawing.layout
    let site = model.site
    let density = site.flatMap { model.density(of: $0.site.id) }
    let plot = ScatterPlot(
      grid: density, viewport: site.map { model.viewport(of: $0.site.id) } ?? model.viewport ?? Viewport(exponent: 2),
      scale: model.scale, equalAspect: model.equalAspect, showsYLabels: layout.showsYLabels,
      showsXAxis: layout.showsXAxis)
    let inner = drawing.pane(
      Self.pictureTitle(of: model, isWide: layout.isWide), in: layout.picture, isMarked: model.isFrozen)
    let fullest = plot.draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
    Self.drawPanel(site, fullestPixel: fullest, into: &drawing)
    drawing.drawBars()
  }

  private static func drawPanel(
    _ site: SiteFigure?, fullestPixel: Double, into drawing: inout ScreenDrawing
  ) {
    let rect = drawing.layout.panel
    guard !rect.isEmpty else { return }
    let label = site.map { drawing.model.index.label(of: $0.site).fitted(columns: rect.width - 5) }
    let inner = drawing.pane(label ?? "no site yet", in: rect)
    guard let site else { return }
    SidePanel(
      site: site, fullestPixel: fullestPixel, width: inner.width, capabilities: drawing.capabilities
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  /// What the picture shows and how.
  private static func pictureTitle(of model: Model, isWide: Bool) -> String {
    var parts: [String] = []
    if model.isFrozen, let images = model.heldImages {
      parts.append(isWide ? "FROZEN at \(NumberText.grouped(images)) images" : "FROZEN")
    }
    parts.append(
      isWide ? "output y over input x, \(model.scale.rawValue) density" : "y over x, \(model.scale.rawValue)")
    if model.equalAspect { parts.append(isWide ? "equal lengths" : "equal") }
    if model.viewport != nil { parts.append(isWide ? "zoomed, 0 fits" : "zoomed") }
    return parts.joined(separator: " · ")
  }
}
