import Terminal
import TerminalCharts
import TerminalSentinel
import Testing

struct SidePanelTests {
  private let panel = SidePanel(rows: [
    PanelRow(.value("inputs", "10"), priority: 3), PanelRow(.blank, priority: 7),
    PanelRow(.value("slope", "1"), priority: 5),
    PanelRow(.value("|a1-a2|", "2"), priority: 0), PanelRow(.blank, priority: 7),
    PanelRow(.value("share", "3"), priority: 2),
  ])

  private func names(_ height: Int) -> [String] {
    panel.fitted(height: height).map { row in
      if case .value(let name, _) = row.content { name } else { "" }
    }
  }

  @Test("Secondary rows go first, the slope difference last")
  func priorities() {
    #expect(names(6) == ["inputs", "", "slope", "|a1-a2|", "", "share"])
    #expect(names(4) == ["inputs", "slope", "|a1-a2|", "share"])
    #expect(names(3) == ["inputs", "|a1-a2|", "share"])
    #expect(names(1) == ["|a1-a2|"])
    #expect(names(0) == [])
    #expect(names(-1) == [])
  }

  @Test("Numbers end in one column, in any width")
  func columns() {
    var sentinel = Sentinel(columns: 20, rows: 6)
    panel.draw(in: CellRect(x: 0, y: 0, width: 20, height: 6), capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0) == " inputs          10 ")
    #expect(sentinel.row(3) == " |a1-a2|          2 ")
    for width in 0...20 {
      var narrow = Sentinel(columns: 22, rows: 6)
      let rect = CellRect(x: 1, y: 0, width: width, height: 6)
      panel.draw(in: rect, capabilities: .ascii, into: &narrow.buffer)
      #expect(narrow.isIntact(outside: rect))
    }
  }
}
