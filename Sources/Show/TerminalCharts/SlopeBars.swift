import Figures
import Terminal

/// A chart of slope differences as bars with their spread.
package struct SlopeBars: Sendable {
  /// What it shows.
  package var chart: SlopeChart
  /// Whether there is an axis with the blocks' labels.
  package var showsAxis: Bool
  /// Whether p10-p90 is drawn.
  package var showsWhiskers: Bool

  /// Creates a drawing of a chart.
  package init(_ chart: SlopeChart, showsAxis: Bool = true, showsWhiskers: Bool = true) {
    self.chart = chart
    self.showsAxis = showsAxis
    self.showsWhiskers = showsWhiskers
  }

  private var bars: [SlopeChart.Bar] { chart.bars }
  private var top: Double { chart.top(showsSpread: showsWhiskers) }

  /// Draws the chart; bars that have no room on the right are left out, the current one never.
  package func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) {
    guard !rect.isEmpty else { return }
    let theme = Theme(capabilities: capabilities)
    if let absence = chart.absence {
      let text = CellText.fitted(absence, columns: rect.width - 2)
      buffer.write(text, x: rect.x + 1, y: rect.y + rect.height / 2, limit: rect.x + rect.width)
      return
    }
    guard !bars.isEmpty else { return }
    var plot = rect
    let axis = showsAxis && rect.height > 2 ? plot.takeBottom(1) : nil
    let gutter = axis == nil ? 1 : 6
    plot = CellRect(x: plot.x + gutter, y: plot.y, width: plot.width - gutter, height: plot.height)
    guard !plot.isEmpty else { return }
    let pitch = min(6, max(1, plot.width / bars.count))
    let shown = visible(count: plot.width / pitch)
    let painter = BarPainter(plot: plot, top: top, pitch: pitch, showsWhiskers: showsWhiskers, theme: theme)
    if let axis { drawScale(in: axis, plot: plot, theme: theme, into: &buffer) }
    for (position, index) in shown.enumerated() {
      let x = plot.x + position * pitch
      painter.draw(bars[index], at: x, into: &buffer)
      if let axis, pitch > 2 { label(bars[index], at: x, pitch: pitch, y: axis.y, theme: theme, into: &buffer) }
    }
  }

  /// The bars that fit, around the current one.
  private func visible(count: Int) -> Range<Int> {
    guard bars.count > count else { return bars.indices }
    let current = bars.firstIndex(where: \.isCurrent) ?? 0
    let first = min(max(0, current - count / 2), bars.count - count)
    return first..<first + count
  }

  private func drawScale(in axis: CellRect, plot: CellRect, theme: Theme, into buffer: inout CellBuffer) {
    let column = plot.x - 1
    for y in plot.rows { buffer[column, y] = Cell("│", theme.quiet) }
    for x in plot.columns { buffer[x, axis.y] = Cell("─", theme.quiet) }
    buffer[column, axis.y] = Cell("└", theme.quiet)
    buffer.write("0", x: column - 2, y: axis.y)
    let decimals = top < 1 ? 2 : top == 1 ? 1 : 0
    var marks = [(plot.y, top)]
    if plot.height >= 4 {
      marks.append((plot.y + plot.height / 2, top * Double(plot.height - plot.height / 2) / Double(plot.height)))
    }
    for (y, value) in marks {
      // The mark stands at the cell's upper edge; only the middle of an even number of rows falls on a round number.
      guard y == plot.y || plot.height % 2 == 0 else { continue }
      buffer[column, y] = Cell("┤", theme.quiet)
      let text = NumberText.fixed(value, decimals: y == plot.y ? decimals : value < 1 ? (value < 0.5 ? 3 : 1) : 0)
      buffer.write(CellText.rightAligned(text, columns: 4), x: column - 5, y: y, limit: column)
    }
  }

  private func label(_ bar: SlopeChart.Bar, at x: Int, pitch: Int, y: Int, theme: Theme, into buffer: inout CellBuffer)
  {
    let width = pitch > 3 ? pitch - 2 : 2
    let text = String(bar.label.prefix(pitch > 3 ? pitch - 1 : 2))
    let style = bar.isCurrent ? theme.accent : CellStyle.standard
    let end = buffer.write(
      text.count < width ? " " + CellText.rightAligned(text, columns: width - 1) : text, x: x, y: y, style: style)
    if bar.isCurrent { buffer[min(end, x + pitch - 1), y] = Cell("▲", theme.accent) }
  }
}

/// Draws one bar in eighths of a cell.
private struct BarPainter {
  let plot: CellRect
  let top: Double
  let pitch: Int
  let showsWhiskers: Bool
  let theme: Theme

  private var width: Int { pitch > 4 ? pitch - 2 : max(1, pitch - 1) }

  /// A value as eighths of a cell above the axis; something is drawn for anything above 0.
  private func eighths(_ value: Double) -> Int {
    guard value.isFinite, value > 0 else { return 0 }
    return min(plot.height * 8, max(1, Int((value / top * Double(plot.height * 8)).rounded())))
  }

  func draw(_ bar: SlopeChart.Bar, at x: Int, into buffer: inout CellBuffer) {
    guard let difference = bar.difference else { return }
    let style = bar.isCurrent ? theme.accent : theme.bar
    let height = eighths(difference.mean)
    let left = x + (pitch > 4 ? 1 : 0)
    for level in 0..<(height + 7) / 8 {
      let filled = min(8, height - level * 8)
      let glyph = glyph(eighths: filled, isCurrent: bar.isCurrent)
      for column in left..<left + width { buffer[column, plot.y + plot.height - 1 - level] = Cell(glyph, style) }
    }
    if showsWhiskers { drawWhisker(difference, barEighths: height, x: left + width / 2, style: style, into: &buffer) }
  }

  /// A line from p10 to p90: above the bar in the text's colour, inside it in a dark one where the terminal has
  /// colours.
  private func drawWhisker(
    _ difference: DistributionFigure, barEighths: Int, x: Int, style: CellStyle, into buffer: inout CellBuffer
  ) {
    let low = eighths(difference.p10)
    let high = eighths(difference.p90)
    guard high > low else { return }
    for level in 0..<plot.height {
      let middle = level * 8 + 4
      guard middle > low, middle <= high else { continue }
      let y = plot.y + plot.height - 1 - level
      // In the bar's last, partly filled cell the line wins one of several columns.
      if level * 8 >= barEighths || (barEighths < level * 8 + 8 && width > 1) {
        buffer[x, y] = Cell("│")
      } else if barEighths >= level * 8 + 8, theme.capabilities.colors >= .palette256 {
        buffer[x, y] = Cell("│", CellStyle(foreground: .palette(DensityColors.ink), background: style.foreground))
      }
    }
  }

  private func glyph(eighths: Int, isCurrent: Bool) -> Unicode.Scalar {
    let capabilities = theme.capabilities
    guard capabilities.unicode else { return eighths == 8 ? (isCurrent ? "#" : "H") : eighths > 4 ? "=" : "_" }
    if eighths == 8 { return capabilities.colors == .none && !isCurrent ? "▓" : "█" }
    return Unicode.Scalar(0x2580 + UInt32(eighths)) ?? "█"
  }
}
