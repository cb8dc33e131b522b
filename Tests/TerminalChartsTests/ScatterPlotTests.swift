import Figures
import Statistics
import Terminal
import TerminalCharts
import TerminalSentinel
import Testing

struct ScatterPlotTests {
  /// All pairs in the bin just above and right of the origin.
  private func dot(_ pairs: UInt64) -> DensityGrid {
    var counts = [UInt64](repeating: 0, count: DensityGrid.bins * DensityGrid.bins)
    counts[256 * DensityGrid.bins + 256] = pairs
    return DensityGrid(xExponent: 0, yExponent: 0, counts: counts)
  }

  @Test("A plot fills its rectangle's picture and touches nothing outside")
  func rectangle() {
    for capabilities in [Capabilities.full, .mono, .ascii] {
      for width in 0...24 {
        for height in 0...12 {
          var sentinel = Sentinel(columns: 30, rows: 16)
          let rect = CellRect(x: 3, y: 2, width: width, height: height)
          let plot = ScatterPlot(grid: dot(5), viewport: Viewport(exponent: 0))
          plot.draw(in: rect, capabilities: capabilities, into: &sentinel.buffer)
          #expect(sentinel.isIntact(outside: rect))
        }
      }
    }
  }

  @Test("One bin shows as one half cell at its place, with all pairs on the fullest pixel")
  func oneBin() {
    var sentinel = Sentinel(columns: 32, rows: 16)
    let plot = ScatterPlot(grid: dot(9), viewport: Viewport(exponent: 0), showsYLabels: false, showsXAxis: false)
    let top = plot.draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(top == 9)
    // Both lines pass there, so their dots stand over the mean of level 15 and level 0.
    #expect(sentinel.buffer[16, 7].style.background == .palette(DensityColors.ramp[8]))
    #expect(sentinel.buffer[16, 7].style.foreground == .palette(DensityColors.line))
    #expect(sentinel.buffer[10, 2] == Cell(" ", CellStyle(background: .palette(DensityColors.ramp[0]))))
  }

  @Test("Huge counts and an empty grid draw")
  func extremes() {
    var sentinel = Sentinel(columns: 20, rows: 10)
    for pairs in [UInt64.max, 0] {
      let plot = ScatterPlot(grid: dot(pairs), viewport: Viewport(exponent: 0))
      let top = plot.draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
      #expect(top == Double(pairs))
    }
  }

  @Test("Away from the data there is an empty picture, at any zoom", arguments: [-20, 0, 40])
  func elsewhere(_ exponent: Int) {
    var sentinel = Sentinel(columns: 20, rows: 10)
    let plot = ScatterPlot(grid: dot(7), viewport: Viewport(centerX: 1e6, centerY: -1e6, exponent: exponent))
    let top = plot.draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(exponent == 40 ? top == 7 : top == 0)
  }

  @Test("Axes carry the limits' labels")
  func axes() {
    var sentinel = Sentinel(columns: 60, rows: 24)
    let plot = ScatterPlot(grid: nil, viewport: Viewport(exponent: 2))
    plot.draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0).hasPrefix("   4 ┤"))
    #expect(sentinel.row(21).hasPrefix("  -4 ┤"))
    #expect(sentinel.row(22).hasPrefix("     └┬"))
    #expect(sentinel.row(23).contains("-4") && sentinel.row(23).hasSuffix("4"))
  }

  @Test("Graphs lie over the density and the two lines, the bold one over all, in ink that the ground does not swallow")
  func curves() throws {
    let level = try #require(PiecewiseLinear(slopes: [0], intercepts: [0.5]))
    let valley = try #require(PiecewiseLinear(slopes: [1, -1], intercepts: [0, 0]))
    for styles: [ScatterPlot.Curve.Style] in [[.thin, .bold], [.bold, .thin], [.thin, .thin]] {
      var sentinel = Sentinel(columns: 32, rows: 16)
      let plot = ScatterPlot(
        grid: dot(9), viewport: Viewport(exponent: 0), showsYLabels: false, showsXAxis: false,
        curves: [ScatterPlot.Curve(valley, style: styles[0]), ScatterPlot.Curve(level, style: styles[1])])
      plot.draw(in: sentinel.buffer.bounds, capabilities: .ascii, into: &sentinel.buffer)
      // Left of (0.5, 0.5) both meet and y = x with them; at (0, 0.5) the level one is alone.
      let found = [sentinel.buffer[16, 4].glyph, sentinel.buffer[23, 4].glyph].map { Character($0) }
      #expect(found[1] == (styles.contains(.bold) ? "O" : "o") && found[0] == (styles[1] == .bold ? "O" : "o"))
      plot.draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
      let style = sentinel.buffer[16, 4].style
      #expect(style.foreground != style.background && style.foreground != .palette(DensityColors.line))
    }
  }
}
