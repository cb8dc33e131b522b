import Figures
import Statistics
import Terminal

/// The scatter of an activation's outputs over its inputs with the lines y = x and y = -x: Fig. 3 (top).
public struct ScatterPlot: Sendable {
  /// The density; nil before it is known, then axes and lines stand alone.
  public var grid: DensityGrid?
  /// What part of the plane to show.
  public var viewport: Viewport
  /// How pairs become colours.
  public var scale: DensityScale
  /// Whether a unit is as long on either axis.
  public var equalAspect: Bool
  /// Whether the y axis has its labels.
  public var showsYLabels: Bool
  /// Whether the x axis is there.
  public var showsXAxis: Bool

  package init(
    grid: DensityGrid?, viewport: Viewport, scale: DensityScale = .log, equalAspect: Bool = false,
    showsYLabels: Bool = true, showsXAxis: Bool = true
  ) {
    self.grid = grid
    self.viewport = viewport
    self.scale = scale
    self.equalAspect = equalAspect
    self.showsYLabels = showsYLabels
    self.showsXAxis = showsXAxis
  }

  /// Draws into a rectangle and returns the most pairs that one pixel stands for: the upper end of the colour bar.
  @discardableResult
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) -> Double {
    var picture = rect
    let axisRows = showsXAxis && rect.height > 4 ? picture.takeBottom(2) : nil
    let ticks = AxisTicks(
      viewport.ranges(pixelColumns: rect.width, pixelRows: picture.height * 2, equalAspect: equalAspect).y,
      count: max(2, picture.height / 5))
    let gutter = showsYLabels ? max(axisRows == nil ? 4 : 6, (ticks.labels.map(\.count).max() ?? 0) + 2) : 0
    picture = CellRect(x: rect.x + gutter, y: picture.y, width: rect.width - gutter, height: picture.height)
    guard !picture.isEmpty else { return 0 }
    let (x, y) = viewport.ranges(
      pixelColumns: picture.width, pixelRows: picture.height * 2, equalAspect: equalAspect)
    let top = drawPicture(in: picture, x: x, y: y, capabilities: capabilities, into: &buffer)
    let theme = Theme(capabilities: capabilities)
    if gutter > 0 { drawYAxis(left: rect.x, of: picture, range: y, theme: theme, into: &buffer) }
    if let axisRows { drawXAxis(in: axisRows, of: picture, range: x, theme: theme, into: &buffer) }
    return top
  }

  private func drawPicture(
    in rect: CellRect, x: PlotRange, y: PlotRange, capabilities: Capabilities, into buffer: inout CellBuffer
  ) -> Double {
    let halves = capabilities.drawsColorBlocks ? 2 : 1
    let density = DensityPicture(
      grid, x: x, y: y, columns: rect.width, rows: rect.height * halves, scale: scale)
    var dots = LineDots(columns: rect.width, rows: rect.height)
    dots.add(slope: -1, x: x, y: y)
    dots.add(slope: 1, x: x, y: y)
    let painter = PicturePainter(capabilities: capabilities)
    for row in 0..<rect.height {
      for column in 0..<rect.width {
        let upper = density[column, row * halves]
        let lower = density[column, row * halves + halves - 1]
        let cell = row * rect.width + column
        buffer[rect.x + column, rect.y + row] = painter.cell(
          upper: upper, lower: lower, dots: dots.masks[cell], falling: dots.falls[cell])
      }
    }
    return density.fullest
  }

  private func drawYAxis(
    left: Int, of picture: CellRect, range: PlotRange, theme: Theme, into buffer: inout CellBuffer
  ) {
    let column = picture.x - 1
    for y in picture.rows { buffer[column, y] = Cell("│", theme.quiet) }
    let ticks = AxisTicks(range, count: max(2, picture.height / 5))
    for (value, label) in zip(ticks.values, ticks.labels) {
      guard let cell = range.index(of: value, count: picture.height) else { continue }
      let y = picture.y + picture.height - 1 - cell
      buffer[column, y] = Cell("┤", theme.quiet)
      let width = column - left - (column - left > 4 ? 1 : 0)
      buffer.write(CellText.rightAligned(label, columns: width), x: left, y: y, limit: column)
    }
  }

  private func drawXAxis(
    in rect: CellRect, of picture: CellRect, range: PlotRange, theme: Theme, into buffer: inout CellBuffer
  ) {
    let y = rect.y
    if picture.x > rect.x { buffer[picture.x - 1, y] = Cell("└", theme.quiet) }
    for x in picture.columns { buffer[x, y] = Cell("─", theme.quiet) }
    let ticks = AxisTicks(range, count: max(2, picture.width / 14))
    var free = rect.x
    for (value, label) in zip(ticks.values, ticks.labels) {
      guard let cell = range.index(of: value, count: picture.width) else { continue }
      let x = picture.x + cell
      buffer[x, y] = Cell("┬", theme.quiet)
      let start = min(max(x - label.count / 2, rect.x), rect.x + rect.width - label.count)
      guard start >= free else { continue }
      buffer.write(label, x: start, y: y + 1, limit: rect.x + rect.width)
      free = start + label.count + 1
    }
  }
}

/// What a cell of the picture looks like on a terminal.
struct PicturePainter {
  let capabilities: Capabilities

  /// The cell for the levels of its two halves (the same one twice where cells are not halved) and the dots of a line
  /// in it.
  func cell(upper: UInt8, lower: UInt8, dots: UInt8, falling: Bool) -> Cell {
    if capabilities.drawsColorBlocks {
      let ramp = DensityColors.ramp
      if dots != 0 {
        let mean = (Int(upper) + Int(lower) + 1) / 2
        let style = CellStyle(foreground: .palette(DensityColors.line), background: .palette(ramp[mean]))
        return Cell(Self.braille(dots), style)
      }
      let back = CellColor.palette(ramp[Int(lower)])
      if upper == lower { return Cell(" ", CellStyle(background: back)) }
      return Cell("▀", CellStyle(foreground: .palette(ramp[Int(upper)]), background: back))
    }
    guard dots != 0 else { return Cell(DensityColors.character(level: upper)) }
    let glyph: Unicode.Scalar = capabilities.unicode ? Self.braille(dots) : falling ? "\\" : "/"
    return Cell(glyph, Theme(capabilities: capabilities).line)
  }

  private static func braille(_ dots: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(0x2800 + UInt32(dots)) ?? " "
  }
}
