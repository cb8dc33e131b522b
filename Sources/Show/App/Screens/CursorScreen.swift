import Figures
import Statistics
import Terminal
import TerminalCharts

/// A cross on the scatter with a box around it: what is there, and whose pairs are these?
package struct CursorScreen: Screen {
  /// The box's middle, in the plane.
  private var x: Double
  private var y: Double
  /// Pixels of the box on either side of the middle one.
  private var reach = 1

  init(x: Double = 0, y: Double = 0) { (self.x, self.y) = (x, y) }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "x", "cross", rank: 1, help: "a cross on the scatter: which images are behind a dot?",
        KeyRow.Stroke(["x"], does: { open(at: nil, in: &$1) }))
    ]
  }

  /// Opens it over the scatter, in its middle unless told; nowhere without a site.
  static func open(at point: (x: Double, y: Double)?, in model: inout Model) {
    guard let site = model.site else { return }
    let view = model.viewport(of: site.site.id)
    model.path.show(Self(x: point?.x ?? view.centerX, y: point?.y ?? view.centerY))
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    KeyRow(
      "Enter", "images", rank: 0, help: "the images behind the box, with most pairs first",
      KeyRow.Stroke([.enter], does: { $0.ask(in: &$1) })),
    KeyRow(
      "←→↑↓", "move", rank: 1, help: "h l k j: by a pixel; Shift or capitals: by eight",
      KeyRow.Stroke([.left, "h"], does: { $0.move(-1, 0, in: $1) }),
      KeyRow.Stroke([.right, "l"], does: { $0.move(1, 0, in: $1) }),
      KeyRow.Stroke([.up, "k"], does: { $0.move(0, 1, in: $1) }),
      KeyRow.Stroke([.down, "j"], does: { $0.move(0, -1, in: $1) }),
      KeyRow.Stroke([.shiftLeft, "H"], does: { $0.move(-8, 0, in: $1) }),
      KeyRow.Stroke([.shiftRight, "L"], does: { $0.move(8, 0, in: $1) }),
      KeyRow.Stroke([.shiftUp, "K"], does: { $0.move(0, 8, in: $1) }),
      KeyRow.Stroke([.shiftDown, "J"], does: { $0.move(0, -8, in: $1) })),
    KeyRow(
      "+-", "box", rank: 1, help: "a larger, smaller box",
      KeyRow.Stroke(["+"], does: { screen, _ in screen.reach = min(screen.reach + 1, 40) }),
      KeyRow.Stroke(["-", "_"], does: { screen, _ in screen.reach = max(screen.reach - 1, 0) })),
    KeyRow(
      "m", "mark", rank: 2, help: "keep the box in the list of marks",
      KeyRow.Stroke(["m"], does: { $0.mark(in: &$1) })),
    .variant, .density, .freeze.offLine, .back.called("back", rank: 0), .help, .quit, .fit.offLine, .aspect.offLine,
    KeyRow("x", help: "back", KeyRow.Stroke(["x"], does: { $1.path.close() })),
  ])

  package func questions(in model: Model) -> Set<Question> {
    model.scatterQuestions
  }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size) }

  /// A press puts the cross there, the wheel zooms.
  package mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect] {
    let layout = layout(model.size)
    let plot = model.plot(layout: layout)
    if event.kind != .press {
      model.zoom(event, on: plot, in: layout.pictureInside)
    } else if let point = plot.place(in: layout.pictureInside).value(column: event.x, row: event.y) {
      (x, y) = point
    }
    return []
  }

  private func place(in model: Model) -> ScatterPlace {
    let layout = layout(model.size)
    return model.plot(layout: layout).place(in: layout.pictureInside)
  }

  private mutating func move(_ columns: Int, _ rows: Int, in model: Model) {
    let place = place(in: model)
    guard !place.picture.isEmpty else { return }
    let pixel = pixel(of: place)
    x = place.x.lower + (Double(min(max(pixel.column + columns, 0), place.picture.width - 1)) + 0.5) * place.pixelWidth
    y = place.y.lower + (Double(min(max(pixel.row + rows, 0), 2 * place.picture.height - 1)) + 0.5) * place.pixelHeight
  }

  /// The middle pixel, from the lower left.
  private func pixel(of place: ScatterPlace) -> (column: Int, row: Int) {
    (
      place.x.index(of: min(max(x, place.x.lower), place.x.upper), count: place.picture.width) ?? 0,
      place.y.index(of: min(max(y, place.y.lower), place.y.upper), count: 2 * place.picture.height) ?? 0
    )
  }

  /// The box; nil on a screen without a picture.
  private func region(in model: Model) -> PairRegion? {
    let place = place(in: model)
    guard !place.picture.isEmpty else { return nil }
    let pixel = pixel(of: place)
    func range(_ index: Int, _ lower: Double, _ size: Double) -> ValueRange? {
      ValueRange(
        rounding: lower + Double(index - reach) * size...lower + Double(index + reach + 1) * size, pixel: size)
    }
    guard let x = range(pixel.column, place.x.lower, place.pixelWidth),
      let y = range(pixel.row, place.y.lower, place.pixelHeight)
    else { return nil }
    return PairRegion(x: x, y: y)
  }

  private func ask(in model: inout Model) {
    guard let site = model.site, let region = region(in: model) else { return }
    model.path.lay(ExemplarsScreen(site.site.place, region))
  }

  private func mark(in model: inout Model) {
    guard let site = model.site, let region = region(in: model) else { return }
    model.keep(.region(site.site.place, region))
  }
}

// MARK: Drawing

extension CursorScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    var plot = model.plot(layout: drawing.layout)
    let region = region(in: model)
    if let ranges = region.flatMap(Self.ranges) { plot.mark = PlotMark(x: ranges.x, y: ranges.y) }
    drawing.drawScatter(plot)
    drawing.drawBars()
    let rect = drawing.layout.panel
    guard !rect.isEmpty else { return }
    let inner = drawing.pane("under the box", in: rect)
    guard let region else { return }
    SidePanel(rows: Self.rows(of: region, plot.grid)).draw(
      in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  /// Narrow screens have no panel: the title says where the box is.
  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    guard layout.panel.isEmpty, let region = region(in: model) else {
      return Wording.title(of: model, layout: layout, columns: columns)
    }
    return CellText.fitted(region.text, columns: columns)
  }

  private static func ranges(_ region: PairRegion) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
    func range(_ range: ValueRange) -> ClosedRange<Double>? {
      range.lower.flatMap { lower in range.upper.map { Double(lower)...Double($0) } }
    }
    return range(region.x).flatMap { x in range(region.y).map { (x, $0) } }
  }

  private static func rows(of region: PairRegion, _ grid: DensityGrid?) -> [PanelRow] {
    var rows = [
      PanelRow(.value("x", region.x.text), priority: 0), PanelRow(.value("y", region.y.text), priority: 0),
    ]
    if let ranges = ranges(region), let grid {
      let total = Double(grid.total)
      let pairs = grid.resampled(x: ranges.x, y: ranges.y, columns: 1, rows: 1)[0]
      let middle = ((ranges.x.lowerBound + ranges.x.upperBound) / 2, (ranges.y.lowerBound + ranges.y.upperBound) / 2)
      rows += [
        PanelRow(.blank, priority: 5),
        // The grid's bins need not end where the box does; the answer of Enter is exact.
        PanelRow(.value("pairs, about", NumberText.grouped(Int(pairs.rounded()))), priority: 1),
        PanelRow(.value("of", NumberText.grouped(grid.total)), priority: 4),
        PanelRow(
          .value("share", total > 0 ? NumberText.fixed(pairs / total * 100, decimals: 3) + " %" : NumberText.absent),
          priority: 2),
        PanelRow(.blank, priority: 5),
        PanelRow(.value("y - relu(x)", NumberText.fixed(middle.1 - max(0, middle.0), decimals: 2)), priority: 3),
        PanelRow(
          .value("y / x", middle.0 == 0 ? NumberText.absent : NumberText.fixed(middle.1 / middle.0, decimals: 2)),
          priority: 4),
      ]
    }
    return rows + [PanelRow(.blank, priority: 5), PanelRow(.text("Enter: whose pairs are these?"), priority: 4)]
  }
}
