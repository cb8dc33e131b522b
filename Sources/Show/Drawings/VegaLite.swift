import Export
import Figures

/// A figure as a Vega-Lite 5 specification that reads the figure's tables: for those who want to restyle it.
struct VegaLite {
  let content: FigureContent
  let order: FigureOrder
  /// What a table's file is called.
  let file: (_ table: String) -> String

  private typealias Member = (name: String, value: JSON)

  /// The specification.
  var json: JSON {
    var parts: [JSON] = []
    let style = SheetStyle(theme: order.theme, width: order.width)
    let grid = PaneGridDrawing(content.stacks, style: style).grid
    if !content.stacks.isEmpty {
      let rows = content.stacks.map(\.panes.count).max() ?? 1
      // Stacks beside each other, panes of a stack below each other.
      let stacks: [JSON] = content.stacks.enumerated().map { index, stack in
        let panes = (0..<stack.panes.count).map { row in
          pane(content.panes[index * rows + row], title: stack, side: grid.side)
        }
        return panes.count == 1 ? panes[0] : .object([("vconcat", .list(panes))])
      }
      parts.append(.object([("concat", .list(stacks)), ("columns", .integer(grid.columns))]))
    }
    let width = (order.width - 20) * Self.pixels
    if let bars = content.bars, bars.chart.absence == nil { parts.append(chart(bars, width: width)) }
    if let kinds = content.kinds { parts.append(chart(kinds, width: width)) }
    return .object([
      ("$schema", .text("https://vega.github.io/schema/vega-lite/v5.json")), ("title", .text(content.title)),
      ("description", .text(content.facts.joined(separator: " "))),
      ("background", .text(order.theme.ground.hexadecimal)), ("vconcat", .list(parts)),
      Self.ownColors, ("config", config),
    ])
  }

  /// Each view has colours of its own: levels, kinds of functions and runs share none.
  private static let ownColors: Member = (
    "resolve", .object([("scale", .object([("color", .text("independent"))]))])
  )

  /// CSS pixels in a millimetre.
  private static let pixels = 96 / 25.4

  private var config: JSON {
    let ink = JSON.text(order.theme.ink.hexadecimal)
    let colors: [Member] = [
      ("domainColor", ink), ("tickColor", ink), ("labelColor", ink), ("titleColor", ink), ("grid", .flag(false)),
    ]
    return .object([
      ("axis", .object(colors)), ("title", .object([("color", ink)])),
      ("legend", .object([("labelColor", ink), ("titleColor", ink)])),
      ("view", .object([("stroke", ink)])),
    ])
  }

  private func data(_ table: String, pane: Int? = nil) -> [Member] {
    let data: Member = ("data", .object([("url", .text(file(table))), ("format", .object([("type", .text("csv"))]))]))
    return [data] + (pane.map { [("transform", .list([.object([("filter", .text("datum.pane == \($0)"))])]))] } ?? [])
  }

  private func axis(_ field: String, _ range: PlotRange, _ title: String) -> JSON {
    .object([
      ("field", .text(field)), ("type", .text("quantitative")), ("title", .text(title)),
      (
        "scale",
        .object([("domain", .list([.number(range.lower), .number(range.upper)])), ("nice", .flag(false))])
      ),
    ])
  }

  // MARK: Scatters

  private func pane(_ entry: (number: Int, pane: ScatterPane), title: FigureContent.Stack, side: Double) -> JSON {
    let pane = entry.pane
    let words = [title.title, title.name, pane.run].compactMap { $0 }.joined(separator: " · ")
    let levels = (0...15).filter { pane.ramp != .difference || $0 != 7 }
    let palette = order.theme.palette(pane.ramp)
    let color = JSON.object([
      ("field", .text("level")), ("type", .text("ordinal")), ("legend", .null),
      (
        "scale",
        .object([
          ("domain", .list(levels.map { .integer($0) })),
          ("range", .list(levels.map { .text(palette[$0].hexadecimal) })),
        ])
      ),
    ])
    let pixels = JSON.object(
      data("scatter", pane: entry.number) + [
        ("mark", .object([("type", .text("rect")), ("strokeWidth", .integer(0)), ("opacity", .integer(1))])),
        (
          "encoding",
          .object([
            ("x", axis("x_min", pane.range, "input x")), ("x2", .object([("field", .text("x_max"))])),
            ("y", axis("y_min", pane.range, "output y")), ("y2", .object([("field", .text("y_max"))])),
            ("color", color),
          ])
        ),
      ])
    let diagonals = [pane.range.lower, pane.range.upper].map { diagonal(from: $0, pane.range) }
    let functions = pane.curves.isEmpty ? [] : [functions(entry.number, pane.range)]
    return .object([
      ("title", .text(words)), ("width", .number(side * Self.pixels)), ("height", .number(side * Self.pixels)),
      ("layer", .list([pixels] + diagonals + functions)), Self.ownColors,
    ])
  }

  private func line(_ color: JSON, _ more: [Member], _ range: PlotRange) -> [Member] {
    [
      ("mark", .object([("type", .text("line")), ("strokeWidth", .number(0.8))])),
      (
        "encoding",
        .object(
          [("x", axis("x", range, "input x")), ("y", axis("y", range, "output y")), ("color", color)] + more)
      ),
    ]
  }

  private func diagonal(from y: Double, _ range: PlotRange) -> JSON {
    let values = [(range.lower, y), (range.upper, -y)].map {
      JSON.object([("x", .number($0.0)), ("y", .number($0.1))])
    }
    let color = JSON.object([("value", .text(order.theme.diagonal.hexadecimal))])
    return .object([("data", .object([("values", .list(values))]))] + line(color, [], range))
  }

  private func functions(_ pane: Int, _ range: PlotRange) -> JSON {
    let detail = JSON.list(["channel", "piece"].map { .object([("field", .text($0)), ("type", .text("nominal"))]) })
    return .object(data("functions", pane: pane) + line(kindColor(hasLegend: false), [("detail", detail)], range))
  }

  private func kindColor(hasLegend: Bool) -> JSON {
    .object([
      ("field", .text("function")), ("type", .text("nominal")),
      hasLegend ? ("title", .text("function")) : ("legend", .null),
      (
        "scale",
        .object([
          ("domain", .list(FunctionKind.allCases.map { .text($0.rawValue) })),
          ("range", .list(FunctionKind.allCases.map { .text(order.theme.color(of: $0).hexadecimal) })),
        ])
      ),
    ])
  }

  // MARK: Bars

  private func place(_ labels: [String], _ title: String) -> JSON {
    // Labels recur and may be any text: the axis shows the bars' places unless each label is another one.
    let isUnique = Set(labels).count == labels.count
    return .object([
      ("field", .text(isUnique ? "label" : "place")), ("type", .text("ordinal")), ("sort", .null),
      ("title", .text(title)), ("axis", .object([("labelAngle", .integer(0))])),
    ])
  }

  private func chart(_ bars: FigureContent.Bars, width: Double) -> JSON {
    let x = place(bars.chart.bars.map(\.label), bars.chart.unit)
    func y(_ field: String) -> JSON {
      .object([("field", .text(field)), ("type", .text("quantitative")), ("title", .text(bars.axis))])
    }
    var side: [Member] = []
    var color: [Member] = [("color", .object([("value", .text(order.theme.bar.hexadecimal))]))]
    if !bars.names.isEmpty {
      let run: [Member] = [("field", .text("run")), ("type", .text("nominal")), ("sort", .null)]
      side = [("xOffset", .object(run))]
      let colors = [order.theme.bar, order.theme.otherBar].map { JSON.text($0.hexadecimal) }
      let scale = JSON.object([("domain", .list(bars.names.map { .text($0) })), ("range", .list(colors))])
      color = [("color", .object(run + [("scale", scale), ("title", .null)]))]
    }
    let ink = JSON.object([("value", .text(order.theme.ink.hexadecimal))])
    let layers: [JSON] = [
      .object([
        ("mark", .object([("type", .text("bar"))])),
        ("encoding", .object([("x", x), ("y", y("value"))] + side + color)),
      ]),
      .object([
        ("mark", .object([("type", .text("rule"))])),
        (
          "encoding",
          .object([("x", x), ("y", y("p10")), ("y2", .object([("field", .text("p90"))])), ("color", ink)] + side)
        ),
      ]),
    ]
    return .object(
      data("bars") + [
        ("title", .text([bars.title, bars.note].compactMap { $0 }.joined(separator: " · "))), ("width", .number(width)),
        ("height", .number(110)), ("layer", .list(layers)),
      ])
  }

  private func chart(_ kinds: FigureContent.KindBars, width: Double) -> JSON {
    .object(
      data("kinds") + [
        ("title", .text(kinds.title)), ("width", .number(width)), ("height", .number(110)),
        ("mark", .object([("type", .text("bar"))])),
        (
          "encoding",
          .object([
            ("x", place(kinds.bars.map(\.label), kinds.unit)),
            (
              "y",
              .object([
                ("field", .text("share")), ("type", .text("quantitative")), ("title", .text("share of channels")),
              ])
            ),
            ("color", kindColor(hasLegend: true)),
          ])
        ),
      ])
  }
}
