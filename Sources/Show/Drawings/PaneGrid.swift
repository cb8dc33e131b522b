import Figures

/// Where a figure's scatters stand: as many beside each other as keep a readable size, in bands below each other.
struct PaneGrid {
  /// Stacks of panes beside each other.
  let columns: Int
  /// Bands of stacks.
  let bands: Int
  /// From one stack's left side to the next one's.
  let pitch: Double
  /// A pane's width and height.
  let side: Double
  /// Left of a pane, for the labels of its ticks.
  let gutter: Double
  /// Left of everything, for the names of axes and rows.
  let left: Double

  /// A pane is not much smaller than this, and not larger.
  private static let leastSide = 17.5
  private static let mostSide = 110.0

  /// - Parameters:
  ///   - tickWidth: The widest label of a vertical axis.
  ///   - hasRowNames: Whether rows of a stack have names at the left.
  init(stacks: Int, tickWidth: Double, hasRowNames: Bool, style: SheetStyle) {
    left = style.labelSize * 1.4 + (hasRowNames ? style.labelSize * 1.5 : 0)
    gutter = tickWidth + style.tick + 0.4 * style.tickSize
    let room = style.width - 2 * style.margin - left
    let most = max(1, Int((room + style.gap) / (Self.leastSide * style.scale + gutter + style.gap)))
    bands = (max(1, stacks) + most - 1) / most
    columns = (max(1, stacks) + bands - 1) / bands
    let free = room / Double(columns) - gutter - style.gap
    side = max(4, min(free, Self.mostSide * style.scale))
    pitch = side + gutter + style.gap
  }

  /// About how large panes will be, before their ticks are known.
  static func side(panes: Int, kind: FigureKind, width: Double) -> Double {
    let style = SheetStyle(theme: .paper, width: width)
    return PaneGrid(stacks: panes, tickWidth: style.tickWidth("-16"), hasRowNames: kind == .compare, style: style).side
  }
}

/// Draws stacks of scatters with their axes.
struct PaneGridDrawing {
  let stacks: [FigureContent.Stack]
  let style: SheetStyle
  let grid: PaneGrid

  init(_ stacks: [FigureContent.Stack], style: SheetStyle) {
    self.stacks = stacks
    self.style = style
    let side = PaneGrid(
      stacks: stacks.count, tickWidth: style.tickWidth("-16"), hasRowNames: Self.hasRowNames(stacks), style: style
    ).side
    let labels = stacks.flatMap(\.panes).flatMap { $0.range.ticks(over: side, style: style).labels }
    grid = PaneGrid(
      stacks: stacks.count, tickWidth: labels.map(style.tickWidth).max() ?? 0, hasRowNames: Self.hasRowNames(stacks),
      style: style)
  }

  private static func hasRowNames(_ stacks: [FigureContent.Stack]) -> Bool { stacks.contains { $0.panes.count > 1 } }

  private var rows: Int { stacks.map(\.panes.count).max() ?? 1 }
  private var headHeight: Double { style.headingSize * 1.5 }
  private var tickHeight: Double { style.tick + style.tickSize * 1.25 }
  private var nameHeight: Double { style.labelSize * 1.3 }
  private var bandHeight: Double {
    // Where the last band has gaps, stacks of the one before it have the axis's name below them.
    let isWhole = stacks.count % grid.columns == 0
    return headHeight + Double(rows) * grid.side + Double(rows - 1) * style.gap + tickHeight
      + (isWhole ? 0 : nameHeight) + style.gap
  }

  /// The grid's height.
  var height: Double { Double(grid.bands) * bandHeight + (stacks.count % grid.columns == 0 ? nameHeight : 0) }

  /// The grid with its upper edge at a height.
  func items(top: Double) -> [Drawing.Item] {
    stacks.enumerated().flatMap { index, stack in
      let (band, column) = index.quotientAndRemainder(dividingBy: grid.columns)
      let x = style.margin + grid.left + Double(column) * grid.pitch + grid.gutter
      let y = top + Double(band) * bandHeight
      let isLast = index + grid.columns >= stacks.count
      var items = [
        Drawing.Item.group(
          ([stack.title] + (stack.name.map { [$0] } ?? [])).joined(separator: " · "),
          self.items(stack, x: x, top: y, namesX: isLast))
      ]
      if column == 0 { items += verticalNames(stack, top: y + headHeight) }
      return items
    }
  }

  private func items(_ stack: FigureContent.Stack, x: Double, top: Double, namesX: Bool) -> [Drawing.Item] {
    var items = heading(stack, x: x, y: top + style.headingSize)
    for (row, pane) in stack.panes.enumerated() {
      let frame = Drawing.Frame(
        x: x, y: top + headHeight + Double(row) * (grid.side + style.gap), width: grid.side, height: grid.side)
      items += PaneDrawing(pane, frame: frame, style: style).items(labelsX: row == stack.panes.count - 1)
    }
    if namesX {
      let bottom = top + headHeight + Double(stack.panes.count) * (grid.side + style.gap) - style.gap + tickHeight
      items.append(
        .text(
          Drawing.Text(
            "input x", at: Drawing.Point(x + grid.side / 2, bottom + style.labelSize * 0.95), .middle,
            size: style.labelSize, color: style.theme.ink)))
    }
    return items
  }

  /// The title in bold, the name beside it as far as there is room: its end, which tells module paths apart.
  private func heading(_ stack: FigureContent.Stack, x: Double, y: Double) -> [Drawing.Item] {
    let size = style.headingSize
    let room = grid.side + style.gap
    let title = TextWidth.fitted(stack.title, width: room, size: size, isBold: true)
    let used = TextWidth.of(title + " ", size: size, isBold: true)
    var items = [
      Drawing.Item.text(Drawing.Text(title, at: Drawing.Point(x, y), size: size, isBold: true, color: style.theme.ink))
    ]
    let name = stack.name.map { TextWidth.ending($0, width: room - used, size: style.tickSize) } ?? ""
    if !name.isEmpty {
      items.append(
        .text(Drawing.Text(name, at: Drawing.Point(x + used, y), size: style.tickSize, color: style.theme.quiet)))
    }
    return items
  }

  /// `output y` beside each pane of the first column; whose pairs a row has, where there are several.
  private func verticalNames(_ stack: FigureContent.Stack, top: Double) -> [Drawing.Item] {
    stack.panes.enumerated().flatMap { row, pane in
      let y = top + Double(row) * (grid.side + style.gap) + grid.side / 2
      let x = style.margin + grid.left - style.labelSize * 0.3
      func text(_ words: String, x: Double, isBold: Bool) -> Drawing.Item {
        let fitted = TextWidth.fitted(words, width: grid.side, size: style.labelSize, isBold: isBold)
        return .text(
          Drawing.Text(
            fitted, at: Drawing.Point(x, y), .middle, size: style.labelSize, isBold: isBold, color: style.theme.ink,
            runsUpwards: true))
      }
      return [text("output y", x: x, isBold: false)]
        + (pane.run.map { [text($0, x: x - style.labelSize * 1.5, isBold: true)] } ?? [])
    }
  }
}

/// Draws one scatter: pixels, the lines y = x and y = -x, graphs, axes.
private struct PaneDrawing {
  let pane: ScatterPane
  let frame: Drawing.Frame
  let style: SheetStyle

  init(_ pane: ScatterPane, frame: Drawing.Frame, style: SheetStyle) {
    self.pane = pane
    self.frame = frame
    self.style = style
  }

  private func point(_ x: Double, _ y: Double) -> Drawing.Point {
    Drawing.Point(
      frame.x + pane.range.place(x, over: frame.width), frame.bottom - pane.range.place(y, over: frame.height))
  }

  func items(labelsX: Bool) -> [Drawing.Item] {
    let picture = pane.picture
    let pixels = Drawing.Picture(
      frame, columns: picture.columns, rows: picture.rows, pixels: picture.levels,
      palette: style.theme.palette(pane.ramp))
    let (lower, upper) = (pane.range.lower, pane.range.upper)
    var items = [Drawing.Item.picture(pixels)]
    items.append(.line(Drawing.Line(point(lower, lower), point(upper, upper), style.diagonal)))
    items.append(.line(Drawing.Line(point(lower, upper), point(upper, lower), style.diagonal)))
    items += pane.curves.compactMap(curve)
    if let absence = pane.absence {
      items.append(
        .text(
          Drawing.Text(
            TextWidth.fitted(absence, width: frame.width - 1, size: style.labelSize),
            at: Drawing.Point(frame.centerX, frame.y + frame.height * 0.28), .middle, size: style.labelSize,
            color: style.theme.quiet)))
    }
    return items + axes(labelsX: labelsX) + [.box(Drawing.Box(frame, edge: style.axis))]
  }

  private func curve(_ curve: ScatterPane.Curve) -> Drawing.Item? {
    let pieces = curve.pieces(in: pane.range).map { piece in piece.map { point($0.x, $0.y) } }
    let color = curve.kind.map(style.theme.color) ?? style.theme.quiet
    // Many channels lie over each other: thinner and lighter the more there are.
    let many = Double(max(1, pane.curves.count))
    let stroke = Drawing.Stroke(
      color, width: style.scale * max(0.08, 0.3 / (1 + many / 60)), opacity: max(0.35, 1 / (1 + many / 80)))
    return pieces.isEmpty ? nil : .line(Drawing.Line(pieces, stroke))
  }

  private func axes(labelsX: Bool) -> [Drawing.Item] {
    let ticks = pane.range.ticks(over: frame.width, style: style)
    var items: [Drawing.Item] = []
    let marks = zip(ticks.values, ticks.labels).map { (place: point($0, 0).x, label: $1) }
    for (value, label) in zip(ticks.values, ticks.labels) {
      let (x, y) = (point(value, 0).x, point(0, value).y)
      items.append(.line(Drawing.Line(Drawing.Point(frame.x - style.tick, y), Drawing.Point(frame.x, y), style.axis)))
      items.append(
        .line(Drawing.Line(Drawing.Point(x, frame.bottom), Drawing.Point(x, frame.bottom + style.tick), style.axis)))
      items.append(
        .text(
          Drawing.Text(
            label, at: Drawing.Point(frame.x - style.tick - 0.3 * style.tickSize, y + style.middle(style.tickSize)),
            .end,
            size: style.tickSize, color: style.theme.ink)))
    }
    guard labelsX else { return items }
    let labels = AxisLabels(
      marks, from: frame.x, to: frame.right,
      overhang: (left: style.gap + style.tick, right: style.gap + 0.9 * style.margin), style: style)
    for entry in labels.shown {
      items.append(
        .text(
          Drawing.Text(
            entry.label, at: Drawing.Point(entry.place, frame.bottom + style.tick + style.tickSize), .middle,
            size: style.tickSize, color: style.theme.ink)))
    }
    return items
  }
}
