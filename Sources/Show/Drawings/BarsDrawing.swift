import Figures

/// The rectangle of a chart with bars: axes, ticks, guides and the place of each bar.
struct BarAxes {
  /// Inside the axes.
  let frame: Drawing.Frame
  /// What the vertical axis shows.
  let range: PlotRange
  let bars: Int
  let style: SheetStyle

  /// A bar's place and all that it may take.
  func slot(_ index: Int) -> (left: Double, width: Double) {
    let pitch = frame.width / Double(max(1, bars))
    return (frame.x + (Double(index) + 0.12) * pitch, 0.76 * pitch)
  }

  /// The height on the sheet of a value, held within the axis.
  func y(_ value: Double) -> Double {
    frame.bottom - range.place(min(max(value, range.lower), range.upper), over: frame.height)
  }

  private var ticks: AxisTicks { AxisTicks(range, count: 4) }

  /// Lines that guide the eye, behind the bars.
  func guides() -> [Drawing.Item] {
    ticks.values.filter { $0 != range.lower }.map { value in
      .line(Drawing.Line(Drawing.Point(frame.x, y(value)), Drawing.Point(frame.right, y(value)), style.guide))
    }
  }

  /// The axes, with what stands below each bar.
  func items(labels: [String], axis: String, unit: String, numbers: (Double) -> String?) -> [Drawing.Item] {
    let (theme, size) = (style.theme, style.tickSize)
    var items: [Drawing.Item] = [
      .line(
        Drawing.Line(
          [
            [Drawing.Point(frame.x, frame.y), Drawing.Point(frame.x, frame.bottom)],
            [Drawing.Point(frame.x, y(0)), Drawing.Point(frame.right, y(0))],
          ], style.axis))
    ]
    for (value, label) in zip(ticks.values, ticks.labels) {
      items.append(
        .line(Drawing.Line(Drawing.Point(frame.x - style.tick, y(value)), Drawing.Point(frame.x, y(value)), style.axis))
      )
      items.append(
        .text(
          Drawing.Text(
            numbers(value) ?? label,
            at: Drawing.Point(frame.x - style.tick - 0.3 * size, y(value) + style.middle(size)), .end, size: size,
            color: theme.ink)))
    }
    items.append(
      .text(
        Drawing.Text(
          TextWidth.fitted(axis, width: frame.height, size: style.labelSize),
          at: Drawing.Point(style.margin + style.labelSize * 1.1, frame.centerY), .middle, size: style.labelSize,
          color: theme.ink, runsUpwards: true)))
    return items + names(labels, unit: unit)
  }

  private func names(_ labels: [String], unit: String) -> [Drawing.Item] {
    let marks = labels.enumerated().map { index, label in
      (
        place: slot(index).left + slot(index).width / 2,
        label: TextWidth.ending(label, width: frame.width / 6, size: style.tickSize)
      )
    }
    var items: [Drawing.Item] = []
    let entries = AxisLabels(
      marks, from: frame.x, to: frame.right, overhang: (left: style.gap, right: 0.9 * style.margin), style: style
    ).shown
    for entry in entries {
      items.append(
        .text(
          Drawing.Text(
            entry.label, at: Drawing.Point(entry.place, frame.bottom + style.tickSize * 1.25), .middle,
            size: style.tickSize,
            color: style.theme.ink)))
    }
    items.append(
      .text(
        Drawing.Text(
          unit, at: Drawing.Point(frame.centerX, frame.bottom + style.tickSize * 1.4 + style.labelSize * 1.05), .middle,
          size: style.labelSize, color: style.theme.ink)))
    return items
  }
}

/// Bars below scatters, or alone: a heading, the chart, what stands below it.
struct BarsDrawing {
  let style: SheetStyle
  /// The plot's height without what stands above and below.
  let plotHeight: Double

  init(style: SheetStyle, isAlone: Bool) {
    self.style = style
    plotHeight = min(max(style.width * (isAlone ? 0.3 : 0.19), 22 * style.scale), 80 * style.scale)
  }

  private var headHeight: Double { style.headingSize * 1.6 }
  private var footHeight: Double { style.tickSize * 1.4 + style.labelSize * 1.6 }
  /// The height of all.
  var height: Double { headHeight + plotHeight + footHeight + style.gap }

  func axes(top: Double, tickLabels: [String], range: PlotRange, bars: Int) -> BarAxes {
    let gutter =
      style.labelSize * 1.6 + (tickLabels.map(style.tickWidth).max() ?? 0) + style.tick + 0.4 * style.tickSize
    let left = style.margin + gutter
    return BarAxes(
      frame: Drawing.Frame(
        x: left, y: top + headHeight, width: style.width - style.margin - left, height: plotHeight),
      range: range, bars: bars, style: style)
  }

  /// The title in bold, the note behind it where it has room.
  func heading(_ text: String, note: String?, top: Double, keyWidth: Double = 0) -> [Drawing.Item] {
    let size = style.headingSize
    let room = style.width - 2 * style.margin - keyWidth
    let title = TextWidth.fitted(text, width: room, size: size, isBold: true)
    let used = TextWidth.of(title + "  ", size: size, isBold: true)
    let place = Drawing.Point(style.margin, top + size)
    var items = [Drawing.Item.text(Drawing.Text(title, at: place, size: size, isBold: true, color: style.theme.ink))]
    if let note, used + TextWidth.of(note, size: style.labelSize) <= room {
      items.append(
        .text(
          Drawing.Text(
            note, at: Drawing.Point(style.margin + used, top + size), size: style.labelSize, color: style.theme.quiet)))
    }
    return items
  }

  /// Coloured squares with words, ending at the sheet's right side.
  func key(_ entries: [(color: DrawingColor, text: String)], top: Double) -> (items: [Drawing.Item], width: Double) {
    let size = style.labelSize
    let most = style.width / 3
    let named = entries.map { (color: $0.color, text: TextWidth.fitted($0.text, width: most, size: size)) }
    let widths = named.map { TextWidth.of($0.text, size: size) + 1.9 * size }
    var x = style.width - style.margin - widths.reduce(0, +)
    var items: [Drawing.Item] = []
    for (entry, width) in zip(named, widths) {
      items.append(
        .box(
          Drawing.Box(
            Drawing.Frame(x: x, y: top + style.headingSize - 0.8 * size, width: 0.8 * size, height: 0.8 * size),
            fill: entry.color)))
      items.append(
        .text(
          Drawing.Text(
            entry.text, at: Drawing.Point(x + 1.1 * size, top + style.headingSize), size: size, color: style.theme.ink))
      )
      x += width
    }
    return (items, widths.reduce(0, +))
  }
}

extension BarsDrawing {
  /// Bars of a measure, with whiskers from p10 to p90 where it has them, and those of a partner beside them.
  func items(_ bars: FigureContent.Bars, top: Double) -> [Drawing.Item] {
    let chart = bars.chart
    let key = chart.isPaired ? pairKey(bars, top: top) : (items: [], width: 0)
    let heading = heading(bars.title, note: bars.note, top: top, keyWidth: key.width)
    if let absence = chart.absence ?? (chart.bars.contains { $0.value != nil } ? nil : "no values") {
      let text = Drawing.Text(
        TextWidth.fitted(absence, width: style.width - 2 * style.margin, size: style.labelSize),
        at: Drawing.Point(style.width / 2, top + headHeight + plotHeight / 2), .middle, size: style.labelSize,
        color: style.theme.quiet)
      return [.group(bars.title, heading + [.text(text)])]
    }
    let scale = chart.scale(rows: 24, showsSpread: true)
    let range = PlotRange(lower: scale.bottom, upper: scale.top)
    let axes = axes(top: top, tickLabels: AxisTicks(range, count: 4).labels, range: range, bars: chart.bars.count)
    var items = heading + key.items + axes.guides()
    for (index, bar) in chart.bars.enumerated() {
      let slot = axes.slot(index)
      let width = chart.isPaired ? slot.width / 2 : slot.width
      items += self.bar(bar.value, left: slot.left, width: width, color: style.theme.bar, on: axes)
      if chart.isPaired {
        items += self.bar(
          bar.partner, left: slot.left + width, width: width, color: style.theme.otherBar, on: axes)
      }
    }
    items += axes.items(labels: chart.bars.map(\.label), axis: bars.axis, unit: chart.unit) { _ in nil }
    return [.group(bars.title, items)]
  }

  private func pairKey(_ bars: FigureContent.Bars, top: Double) -> (items: [Drawing.Item], width: Double) {
    key(Array(zip([style.theme.bar, style.theme.otherBar], bars.names)).map { (color: $0, text: $1) }, top: top)
  }

  private func bar(
    _ value: SiteChart.Value?, left: Double, width: Double, color: DrawingColor, on axes: BarAxes
  ) -> [Drawing.Item] {
    guard let value, value.height.isFinite else { return [] }
    let (zero, end) = (axes.y(0), axes.y(value.height))
    var items = [
      Drawing.Item.box(
        Drawing.Box(
          Drawing.Frame(x: left, y: min(zero, end), width: width, height: abs(end - zero)), fill: color))
    ]
    if let spread = value.spread, spread.lowerBound.isFinite, spread.upperBound.isFinite {
      let (low, high, middle) = (axes.y(spread.lowerBound), axes.y(spread.upperBound), left + width / 2)
      let cap = min(width * 0.25, 0.8 * style.scale)
      items.append(
        .line(
          Drawing.Line(
            [
              [Drawing.Point(middle, low), Drawing.Point(middle, high)],
              [Drawing.Point(middle - cap, low), Drawing.Point(middle + cap, low)],
              [Drawing.Point(middle - cap, high), Drawing.Point(middle + cap, high)],
            ], style.whisker)))
    }
    return items
  }

  /// Bars of whole networks' channels, each kind of function a part of its own: shares from 0 to 100 %.
  func items(_ kinds: FigureContent.KindBars, top: Double) -> [Drawing.Item] {
    let present = FunctionKind.allCases.enumerated().filter { index, _ in kinds.bars.contains { $0.counts[index] > 0 } }
    let range = PlotRange(lower: 0, upper: 1)
    let axes = axes(top: top, tickLabels: ["100"], range: range, bars: kinds.bars.count)
    var items = heading(kinds.title, note: kinds.note, top: top) + axes.guides()
    for (place, bar) in kinds.bars.enumerated() where bar.channels > 0 {
      var below = 0.0
      let slot = axes.slot(place)
      for (index, kind) in present where bar.counts[index] > 0 {
        let share = Double(bar.counts[index]) / Double(bar.channels)
        let (low, high) = (axes.y(below), axes.y(below + share))
        items.append(
          .box(
            Drawing.Box(
              Drawing.Frame(x: slot.left, y: high, width: slot.width, height: low - high),
              fill: style.theme.color(of: kind))))
        below += share
      }
    }
    items += axes.items(
      labels: kinds.bars.map(\.label), axis: "channels, %", unit: kinds.unit
    ) { NumberText.fixed($0 * 100, decimals: 0) }
    return [.group(kinds.title, items)]
  }
}
