import Figures

/// The line between scatters and bars that says what colours mean.
struct SheetKey {
  let style: SheetStyle

  /// Its height.
  func height(_ content: FigureContent) -> Double {
    Double(lines(content).count) * style.labelSize * 1.55 + (content.stacks.isEmpty ? 0 : 0.3 * style.gap)
  }

  /// Its items with its upper edge at a height.
  func items(_ content: FigureContent, top: Double) -> [Drawing.Item] {
    lines(content).enumerated().flatMap { row, entries in
      var x = style.margin
      let y = top + style.labelSize * (1.1 + 1.55 * Double(row))
      return entries.flatMap { entry -> [Drawing.Item] in
        defer { x += width(entry) + style.labelSize * 1.2 }
        return items(entry, x: x, y: y)
      }
    }
  }

  /// What stands in a line of its own or beside others.
  private enum Entry {
    /// A ramp's colours with words at both ends.
    case ramp([DrawingColor], String, String)
    /// A short line and what it is.
    case line(DrawingColor, String)
  }

  private func width(_ entry: Entry) -> Double {
    func text(_ words: String) -> Double { TextWidth.of(words, size: style.labelSize) }
    return switch entry {
    case .ramp(let colors, let low, let high):
      text(low) + text(high) + (Double(colors.count) * 0.5 + 1) * style.labelSize
    case .line(_, let words): text(words) + 2.1 * style.labelSize
    }
  }

  /// As many entries in a line as have room.
  private func lines(_ content: FigureContent) -> [[Entry]] {
    var lines: [[Entry]] = []
    var free = 0.0
    for entry in entries(content) {
      let needed = width(entry) + style.labelSize * 1.2
      if lines.isEmpty || needed > free {
        lines.append([])
        free = style.width - 2 * style.margin + style.labelSize * 1.2
      }
      lines[lines.count - 1].append(entry)
      free -= needed
    }
    return lines
  }

  private func entries(_ content: FigureContent) -> [Entry] {
    let panes = content.stacks.flatMap(\.panes)
    guard !panes.isEmpty else { return [] }
    let theme = style.theme
    var entries: [Entry] = []
    if panes.contains(where: { $0.ramp == .density }) {
      entries.append(.ramp(Array(theme.palette(.density).dropFirst()), "few inputs", "many"))
    }
    if panes.contains(where: { $0.ramp == .grey }) {
      entries.append(.ramp(Array(theme.palette(.grey).dropFirst()), "few inputs", "many"))
    }
    if panes.contains(where: { $0.ramp == .difference }) {
      var colors = theme.palette(.difference)
      colors.remove(at: 7)
      entries.append(.ramp(colors, "less", "more"))
    }
    entries.append(.line(theme.diagonal, "y = x, y = -x"))
    for kind in FunctionKind.allCases where panes.contains(where: { $0.curves.contains { $0.kind == kind } }) {
      entries.append(.line(theme.color(of: kind), kind.rawValue))
    }
    return entries
  }

  private func items(_ entry: Entry, x: Double, y: Double) -> [Drawing.Item] {
    let size = style.labelSize
    func text(_ words: String, x: Double) -> Drawing.Item {
      .text(Drawing.Text(words, at: Drawing.Point(x, y), size: size, color: style.theme.ink))
    }
    switch entry {
    case .ramp(let colors, let low, let high):
      let start = x + TextWidth.of(low, size: size) + 0.5 * size
      let boxes = colors.enumerated().map { index, color in
        Drawing.Item.box(
          Drawing.Box(
            Drawing.Frame(
              x: start + Double(index) * 0.5 * size, y: y - 0.78 * size, width: 0.5 * size, height: 0.85 * size),
            fill: color))
      }
      return [text(low, x: x)] + boxes + [text(high, x: start + (Double(colors.count) * 0.5 + 0.5) * size)]
    case .line(let color, let words):
      let line = Drawing.Line(
        Drawing.Point(x, y - 0.33 * size), Drawing.Point(x + 1.6 * size, y - 0.33 * size),
        Drawing.Stroke(color, width: 0.5 * style.scale))
      return [.line(line), text(words, x: x + 2.1 * size)]
    }
  }
}
