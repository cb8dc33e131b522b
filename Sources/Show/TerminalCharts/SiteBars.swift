import Figures
import Terminal

/// A chart of sites as bars, with their spread where the measure has one.
package struct SiteBars: Sendable {
  /// What it shows.
  package var chart: SiteChart
  /// Whether there is an axis with the blocks' labels.
  package var showsAxis: Bool
  /// Whether p10-p90 is drawn.
  package var showsWhiskers: Bool

  /// Creates a drawing of a chart.
  package init(_ chart: SiteChart, showsAxis: Bool = true, showsWhiskers: Bool = true) {
    self.chart = chart
    self.showsAxis = showsAxis
    self.showsWhiskers = showsWhiskers
  }

  private var bars: [SiteChart.Bar] { chart.bars }

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
    let hasAxis = showsAxis && rect.height > 2
    let gutter = hasAxis ? 6 : 1
    var rest = CellRect(x: rect.x + gutter, y: rect.y, width: rect.width - gutter, height: rect.height)
    guard !rest.isEmpty else { return }
    let scale = chart.scale(rows: rest.height - (hasAxis ? 1 : 0), showsSpread: showsWhiskers)
    let above = rest.takeTop(scale.above)
    let axis = hasAxis ? rest.takeTop(1) : nil
    let pitch = min(6, max(1, above.width / bars.count))
    let painter = BarPainter(
      above: above, below: rest, scale: scale, pitch: pitch, isPaired: chart.isPaired && pitch > 2,
      showsWhiskers: showsWhiskers, theme: theme)
    if let axis { drawScale(scale, above: above, axis: axis, below: rest, theme: theme, into: &buffer) }
    for (position, index) in visible(count: above.width / pitch).enumerated() {
      let x = above.x + position * pitch
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

  /// The base line with the axis beside it.
  private func drawScale(
    _ scale: SiteChart.Scale, above: CellRect, axis: CellRect, below: CellRect, theme: Theme,
    into buffer: inout CellBuffer
  ) {
    let column = above.x - 1
    for y in above.y..<below.y + below.height { buffer[column, y] = Cell("│", theme.quiet) }
    for x in axis.columns { buffer[x, axis.y] = Cell("─", theme.quiet) }
    buffer[column, axis.y] = Cell(below.isEmpty ? "└" : "├", theme.quiet)
    buffer.write("0", x: column - 2, y: axis.y)
    func mark(_ y: Int, _ text: String) {
      buffer[column, y] = Cell("┤", theme.quiet)
      buffer.write(CellText.rightAligned(text, columns: 4), x: column - 5, y: y, limit: column)
    }
    let top = scale.top
    mark(above.y, NumberText.fixed(top, decimals: top < 0.25 ? 3 : top < 1 ? 2 : top == 1 ? 1 : 0))
    // The mark stands at the cell's upper edge; only the middle of an even number of rows falls on a round number.
    if above.height >= 4, above.height.isMultiple(of: 2) {
      let middle = top / 2
      mark(above.y + above.height / 2, NumberText.fixed(middle, decimals: middle < 0.5 ? 3 : middle < 1 ? 1 : 0))
    }
    if !below.isEmpty {
      let bottom = scale.bottom
      mark(below.y + below.height - 1, NumberText.fixed(bottom, decimals: bottom > -1 ? 2 : bottom > -10 ? 1 : 0))
    }
  }

  private func label(_ bar: SiteChart.Bar, at x: Int, pitch: Int, y: Int, theme: Theme, into buffer: inout CellBuffer) {
    let width = pitch > 3 ? pitch - 2 : 2
    let text = String(bar.label.prefix(pitch > 3 ? pitch - 1 : 2))
    let style = bar.isCurrent ? theme.accent : CellStyle.standard
    let end = buffer.write(
      text.count < width ? " " + CellText.rightAligned(text, columns: width - 1) : text, x: x, y: y, style: style)
    if bar.isCurrent { buffer[min(end, x + pitch - 1), y] = Cell("▲", theme.accent) }
  }
}

/// Draws one bar, in eighths of a cell above the base line and in halves below it.
private struct BarPainter {
  let above: CellRect
  let below: CellRect
  let scale: SiteChart.Scale
  let pitch: Int
  /// Whether each bar has one beside it.
  let isPaired: Bool
  let showsWhiskers: Bool
  let theme: Theme

  private var width: Int { pitch > 4 ? pitch - 2 : max(1, pitch - 1) }

  /// A length as parts of cells, of which so many reach `end`; something is drawn for anything above 0.
  private func parts(_ value: Double, of end: Double, count: Int) -> Int {
    guard value.isFinite, value > 0, end > 0 else { return 0 }
    return min(count, max(1, Int((value / end * Double(count)).rounded())))
  }

  private func eighths(_ value: Double) -> Int { parts(value, of: scale.top, count: above.height * 8) }

  func draw(_ bar: SiteChart.Bar, at x: Int, into buffer: inout CellBuffer) {
    let style = bar.isCurrent ? theme.accent : theme.bar
    let left = x + (pitch > 4 ? 1 : 0)
    guard isPaired else {
      if let value = bar.value {
        draw(value, columns: left..<left + width, style: style, isCurrent: bar.isCurrent, into: &buffer)
      }
      return
    }
    // A pair stands shoulder to shoulder, without whiskers: there is no room for them.
    let half = max(1, width / 2)
    if let value = bar.value {
      draw(value.height, columns: left..<left + half, style: style, isCurrent: bar.isCurrent, into: &buffer)
    }
    if let partner = bar.partner {
      draw(
        partner.height, columns: left + half..<left + 2 * half, style: theme.partner, isCurrent: false, into: &buffer)
    }
  }

  /// A bar with its whisker.
  private func draw(
    _ value: SiteChart.Value, columns: Range<Int>, style: CellStyle, isCurrent: Bool, into buffer: inout CellBuffer
  ) {
    let height = draw(value.height, columns: columns, style: style, isCurrent: isCurrent, into: &buffer)
    guard showsWhiskers, let spread = value.spread else { return }
    drawWhisker(
      spread, barEighths: height, x: columns.lowerBound + columns.count / 2, style: style, into: &buffer)
  }

  /// A bar alone; returns its height in eighths.
  @discardableResult
  private func draw(
    _ value: Double, columns: Range<Int>, style: CellStyle, isCurrent: Bool, into buffer: inout CellBuffer
  ) -> Int {
    let height = eighths(value)
    for level in 0..<(height + 7) / 8 {
      let glyph = glyph(eighths: min(8, height - level * 8), isCurrent: isCurrent)
      for column in columns { buffer[column, above.y + above.height - 1 - level] = Cell(glyph, style) }
    }
    let depth = parts(-value, of: -scale.bottom, count: below.height * 2)
    for level in 0..<(depth + 1) / 2 {
      let glyph = depth - level * 2 >= 2 ? glyph(eighths: 8, isCurrent: isCurrent) : upperHalf
      for column in columns { buffer[column, below.y + level] = Cell(glyph, style) }
    }
    return height
  }

  /// A line along the spread: above the bar in the text's colour, inside it in a dark one where the terminal has
  /// colours.
  private func drawWhisker(
    _ spread: ClosedRange<Double>, barEighths: Int, x: Int, style: CellStyle, into buffer: inout CellBuffer
  ) {
    let low = eighths(spread.lowerBound)
    let high = eighths(spread.upperBound)
    guard high > low else { return }
    for level in 0..<above.height {
      let middle = level * 8 + 4
      guard middle > low, middle <= high else { continue }
      let y = above.y + above.height - 1 - level
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

  /// The upper half of a cell.
  private var upperHalf: Unicode.Scalar { theme.capabilities.unicode ? "▀" : "'" }
}
