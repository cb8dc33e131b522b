import Terminal
import Testing

struct CellRectTests {
  @Test("Sizes are never negative")
  func negative() {
    #expect(CellSize(columns: -3, rows: -1) == CellSize(columns: 0, rows: 0))
    #expect(CellRect(x: 0, y: 0, width: 1, height: 1).inset().isEmpty)
    let apart = CellRect(x: 0, y: 0, width: 2, height: 2).intersection(CellRect(x: 5, y: 5, width: 2, height: 2))
    #expect(apart.isEmpty)
  }

  @Test("What is cut off and what is left are the whole")
  func cutting() {
    var rest = CellRect(x: 1, y: 2, width: 10, height: 8)
    #expect(rest.takeTop(3) == CellRect(x: 1, y: 2, width: 10, height: 3))
    #expect(rest.takeBottom(2) == CellRect(x: 1, y: 8, width: 10, height: 2))
    #expect(rest.takeRight(4) == CellRect(x: 7, y: 5, width: 4, height: 3))
    #expect(rest == CellRect(x: 1, y: 5, width: 6, height: 3))
    #expect(rest.takeTop(99).height == 3)
    #expect(rest.takeBottom(1).height == 0)
  }
}
