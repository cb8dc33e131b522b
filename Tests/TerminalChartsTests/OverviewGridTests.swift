import Figures
import Terminal
import TerminalCharts
import TerminalSentinel
import Testing

struct OverviewGridTests {
  private func grid(_ count: Int, current: Int = 0) -> OverviewGrid {
    OverviewGrid(
      panels: (0..<count).map { index in
        OverviewGrid.Panel(
          title: "block \(index)", reach: "±4", shortTitle: "\(index)",
          plot: ScatterPlot(grid: nil, viewport: Viewport(exponent: 0)),
          isCurrent: index == current)
      })
  }

  @Test("Nine panels stand five and four on a wide screen")
  func columns() {
    #expect(OverviewGrid.columns(panels: 9, width: 120, height: 28) == 5)
    #expect(OverviewGrid.columns(panels: 1, width: 120, height: 28) == 1)
    #expect(OverviewGrid.columns(panels: 0, width: 120, height: 28) == 1)
    #expect(OverviewGrid.columns(panels: 9, width: 0, height: 0) >= 1)
  }

  @Test("A panel's name follows its title, cut at its beginning where there is no room")
  func names() {
    for (columns, title) in [
      (40, "┌ ▸ block 3 · backbone.layer2.0 ±4 ─"), (24, "┌ ▸ block 3 …er2.0 ±4 ─┐"), (18, "┌ ▸ block 3 ±4 ─"),
    ] {
      var sentinel = Sentinel(columns: columns, rows: 8)
      let panel = OverviewGrid.Panel(
        title: "block 3", name: "backbone.layer2.0", reach: "±4", shortTitle: "3",
        plot: ScatterPlot(grid: nil, viewport: Viewport(exponent: 0)), isCurrent: true)
      OverviewGrid(panels: [panel]).draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
      #expect(sentinel.row(0).hasPrefix(title))
    }
  }

  @Test("The panel under the cursor is marked and always on the screen")
  func cursor() {
    for current in [0, 17, 39] {
      var sentinel = Sentinel(columns: 60, rows: 12)
      grid(40, current: current).draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
      #expect(
        (0..<12).contains {
          sentinel.row($0).contains("▸\(current)") || sentinel.row($0).contains("▸ block \(current)")
        })
    }
  }

  @Test("Any rectangle is safe")
  func sizes() {
    for width in 0...40 {
      for height in 0...12 {
        var sentinel = Sentinel(columns: 42, rows: 14)
        let rect = CellRect(x: 1, y: 1, width: width, height: height)
        grid(9, current: 8).draw(in: rect, capabilities: .full, into: &sentinel.buffer)
        #expect(sentinel.isIntact(outside: rect))
      }
    }
  }
}
