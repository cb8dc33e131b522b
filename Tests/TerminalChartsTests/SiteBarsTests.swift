import Figures
import Terminal
import TerminalCharts
import TerminalSentinel
import Testing

struct SiteBarsTests {
  private func bar(_ mean: Double?, label: String = "1", current: Bool = false) -> SiteChart.Bar {
    SiteChart.Bar(
      label: label, value: mean.map { SiteChart.Value($0, spread: $0 < 0 ? nil : $0 / 2...$0 * 1.5) },
      isCurrent: current)
  }

  @Test("What is not known is a gap; 0 draws nothing either, but a trace above 0 is seen")
  func gap() {
    var sentinel = Sentinel(columns: 30, rows: 6)
    let bars = [bar(1), bar(nil), bar(0.0001), bar(0)]
    SiteBars(SiteChart(bars: bars), showsAxis: false, showsWhiskers: false).draw(
      in: CellRect(x: 0, y: 0, width: 25, height: 4), capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(3) == "  ████        ▁▁▁▁            ")
    #expect(sentinel.row(0).hasPrefix("  ████   "))
    #expect(sentinel.isIntact(outside: CellRect(x: 0, y: 0, width: 25, height: 4)))
  }

  @Test("Where there can be no bar the chart says why")
  func absence() {
    for width in 0...30 {
      var sentinel = Sentinel(columns: 32, rows: 5)
      let rect = CellRect(x: 1, y: 1, width: width, height: 3)
      SiteBars(SiteChart(bars: [bar(nil)], absence: "none, a curve")).draw(
        in: rect, capabilities: .full, into: &sentinel.buffer)
      #expect(sentinel.isIntact(outside: rect))
      if width == 30 { #expect(sentinel.row(2) == "  none, a curve                 ") }
    }
  }

  @Test("The current block is marked below its bar")
  func current() {
    var sentinel = Sentinel(columns: 40, rows: 6)
    SiteBars(SiteChart(bars: [bar(1, label: "9"), bar(0.5, label: "10", current: true)])).draw(
      in: sentinel.buffer.bounds, capabilities: .mono, into: &sentinel.buffer)
    #expect(sentinel.row(5).contains("10▲"))
    #expect(!sentinel.row(5).contains("9▲"))
  }

  @Test("Whiskers reach from p10 to p90")
  func whiskers() {
    var sentinel = Sentinel(columns: 12, rows: 8)
    SiteBars(SiteChart(bars: [bar(1)]), showsAxis: false).draw(
      in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    let column = (0..<8).map { sentinel.buffer[4, $0].glyph }
    #expect(column == ["§", "§", "│", "│", "│", "│", "█", "█"])
  }

  @Test("Where bars have no room the ones around the current block are drawn")
  func room() {
    var sentinel = Sentinel(columns: 6, rows: 2)
    let bars = (0..<40).map { bar($0 == 30 ? 1 : 0.3, current: $0 == 30) }
    SiteBars(SiteChart(bars: bars), showsAxis: false, showsWhiskers: false).draw(
      in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0).contains("█"))
  }

  @Test("Any rectangle is safe")
  func sizes() {
    for width in 0...30 {
      for height in 0...8 {
        var sentinel = Sentinel(columns: 32, rows: 10)
        let rect = CellRect(x: 1, y: 1, width: width, height: height)
        let bars = (1...17).map { block -> SiteChart.Bar in
          let height = Double(block % 3 - 1) * Double(block)
          return bar(height, label: String(block), current: block == 3)
        }
        SiteBars(SiteChart(bars: bars)).draw(in: rect, capabilities: .full, into: &sentinel.buffer)
        #expect(sentinel.isIntact(outside: rect))
      }
    }
  }

  @Test("Below 0 bars hang from a base line that bears the labels, all rows standing for as much")
  func negative() {
    var sentinel = Sentinel(columns: 24, rows: 6)
    SiteBars(
      SiteChart(bars: [bar(4, label: "1"), bar(-2, label: "2", current: true), bar(-0.5, label: "3")], leastTop: 1),
      showsWhiskers: false
    ).draw(in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    // Five rows: three above the base line up to 4, two below it.
    #expect(sentinel.row(0) == "   4 ┤ ████             ")
    #expect(sentinel.row(2) == "     │ ████             ")
    #expect(sentinel.row(3).hasPrefix("   0 ├   1") && sentinel.row(3).contains("2▲"))
    #expect(sentinel.row(4) == "     │       ████  ▀▀▀▀ ")
    #expect(sentinel.row(5) == "-2.7 ┤       ▀▀▀▀       ")
  }

  @Test("Without an axis, and in ASCII, bars hang too")
  func negativeInLittleRoom() {
    var sentinel = Sentinel(columns: 12, rows: 2)
    SiteBars(SiteChart(bars: [bar(1), bar(-1), bar(-0.25)]), showsAxis: false, showsWhiskers: false).draw(
      in: sentinel.buffer.bounds, capabilities: .ascii, into: &sentinel.buffer)
    #expect(sentinel.row(0) == " HH         " && sentinel.row(1) == "    HH ''   ")
  }
}
