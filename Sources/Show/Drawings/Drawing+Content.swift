import Figures

extension Drawing {
  /// The sheet that an order's figure becomes: scatters, what colours mean, bars, and the facts below.
  ///
  /// - Parameters:
  ///   - order: What is to be shown, and how.
  ///   - run: The run.
  ///   - other: What it is compared with.
  ///   - names: What the two are called; by default as their variants.
  /// - Throws: ``FigureFailure`` where there is no such figure.
  public init(
    _ order: FigureOrder, of run: SettledRun, beside other: SettledRun? = nil, names: (String, String)? = nil
  ) throws(FigureFailure) {
    self.init(try FigureContent(order, of: run, beside: other, names: names), order)
  }

  /// The sheet of a content.
  package init(_ content: FigureContent, _ order: FigureOrder) {
    let style = SheetStyle(theme: order.theme, width: order.width)
    var items: [Item] = []
    var top = style.margin
    if !content.stacks.isEmpty {
      let grid = PaneGridDrawing(content.stacks, style: style)
      items += grid.items(top: top)
      top += grid.height
      let key = SheetKey(style: style)
      items.append(.group("colours", key.items(content, top: top)))
      top += key.height(content) + style.gap
    }
    let bars = BarsDrawing(style: style, isAlone: content.stacks.isEmpty)
    if let shown = content.bars {
      items += bars.items(shown, top: top)
      top += bars.height
    }
    if let shown = content.kinds {
      items += bars.items(shown, top: top)
      top += bars.height
    }
    let lines = TextWidth.lines(
      content.facts.joined(separator: " "), width: order.width - 2 * style.margin, size: style.factSize)
    let facts = lines.enumerated().map { row, line in
      Item.text(
        Text(
          line, at: Point(style.margin, top + style.factSize * (1 + 1.3 * Double(row))), size: style.factSize,
          color: style.theme.quiet))
    }
    if !facts.isEmpty { items.append(.group("facts", facts)) }
    top += style.factSize * 1.3 * Double(lines.count) + style.margin
    self.init(
      width: order.width, height: (top * 100).rounded(.up) / 100, title: content.title,
      description: content.facts.joined(separator: " "), ground: style.theme.ground, items: items)
  }
}
