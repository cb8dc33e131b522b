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
  /// Functions whose graphs are drawn over the density.
  package var curves: [Curve] = []

  /// A function's graph.
  package struct Curve: Sendable, Equatable {
    /// How it is drawn; a later one hides an earlier one where they meet.
    package enum Style: Sendable, CaseIterable {
      /// Kept for comparison.
      case pinned
      /// One of many, standing back.
      case thin
      /// The one that is looked at.
      case bold
    }

    package var function: PiecewiseLinear
    package var style: Style

    package init(_ function: PiecewiseLinear, style: Style) {
      self.function = function
      self.style = style
    }
  }

  /// What the grid's levels are shared with, both as shares of their pairs.
  package var companion: DensityGrid?
  /// Whether the picture is what the grid has more (or less) of than its companion.
  package var isDifference = false
  /// Whether the density stands back, in greys, behind what is drawn over it.
  package var isGrey = false
  /// What is pointed at.
  package var mark: PlotMark?

  package init(
    grid: DensityGrid?, viewport: Viewport, scale: DensityScale = .log, equalAspect: Bool = false,
    showsYLabels: Bool = true, showsXAxis: Bool = true, curves: [Curve] = []
  ) {
    self.grid = grid
    self.viewport = viewport
    self.scale = scale
    self.equalAspect = equalAspect
    self.showsYLabels = showsYLabels
    self.showsXAxis = showsXAxis
    self.curves = curves
  }

  /// Draws into a rectangle and returns the most pairs that one pixel stands for: the upper end of the colour bar.
  @discardableResult
  public func draw(in rect: CellRect, capabilities: Capabilities, into buffer: inout CellBuffer) -> Double {
    let place = place(in: rect)
    let (picture, x, y) = (place.picture, place.x, place.y)
    guard !picture.isEmpty else { return 0 }
    let gutter = picture.x - rect.x
    let axisRows = place.axis
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
    let density = levels(x: x, y: y, columns: rect.width, rows: rect.height * halves)
    var lines = PictureLines(columns: rect.width, rows: rect.height)
    lines.addDiagonals(x: x, y: y)
    for curve in curves { lines.add(curve, x: x, y: y) }
    let marked = mark?.pixels(x: x, y: y, columns: rect.width, rows: rect.height * halves) ?? []
    let painter = PicturePainter(
      capabilities: capabilities, ramp: isDifference ? .difference : isGrey ? .grey : .density)
    for row in 0..<rect.height {
      for column in 0..<rect.width {
        let upper = density[column, row * halves]
        let lower = density[column, row * halves + halves - 1]
        let first = row * halves * rect.width + column
        let upperMark = marked.contains(first)
        let lowerMark = marked.contains(first + (halves - 1) * rect.width)
        buffer[rect.x + column, rect.y + row] =
          upperMark || lowerMark
          ? painter.marked(upper: upperMark ? nil : upper, lower: lowerMark ? nil : lower)
          : painter.cell(upper: upper, lower: lower, line: lines[row * rect.width + column])
      }
    }
    return density.fullest
  }

  /// The picture's pixels as levels.
  private func levels(x: PlotRange, y: PlotRange, columns: Int, rows: Int) -> DensityPicture {
    if isDifference { return DensityPicture(grid, minus: companion, x: x, y: y, columns: columns, rows: rows) }
    guard let companion else { return DensityPicture(grid, x: x, y: y, columns: columns, rows: rows, scale: scale) }
    return DensityPicture(grid, beside: companion, x: x, y: y, columns: columns, rows: rows, scale: scale)
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
