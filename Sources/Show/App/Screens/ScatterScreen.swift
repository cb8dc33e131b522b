import Figures
import Statistics
import Terminal
import TerminalCharts

/// One site's scatter with its numbers and the bars: the screen that lies below all others.
package struct ScatterScreen: Screen {
  package init() {}

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete(
    [
      .block, .site, .variant,
    ] + Screens.doors() + [
      KeyRow(
        "n N", help: "next, previous site that the last filter leaves",
        KeyRow.Stroke(["n"], does: { $1.stepMatches(1) }), KeyRow.Stroke(["N"], does: { $1.stepMatches(-1) })),
      KeyRow("Enter", help: "open what is under the cursor of overview or list"),
      .bars, .density, .zoom, .freeze, .export, .pan, .fit, .aspect, .help, .back, .repaint, .quit,
    ])

  package var words: [Glossary.Entry] { BarMeasure.words }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size) }

  package func questions(in model: Model) -> Set<Question> {
    model.scatterQuestions
  }

  /// The wheel zooms, a press puts the cross there.
  package mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect] {
    let layout = layout(model.size)
    let plot = model.plot(layout: layout)
    if event.kind == .press {
      CursorScreen.open(at: plot.place(in: layout.pictureInside).value(column: event.x, row: event.y), in: &model)
    } else {
      model.zoom(event, on: plot, in: layout.pictureInside)
    }
    return []
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let site = model.site
    let fullest = drawing.drawScatter(model.plot(layout: drawing.layout))
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
}
