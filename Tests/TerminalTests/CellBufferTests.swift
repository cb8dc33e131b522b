import Terminal
import Testing

struct CellBufferTests {
  @Test("Writing outside is dropped, reading outside is blank")
  func outside() {
    var buffer = CellBuffer(size: CellSize(columns: 3, rows: 2), filledWith: Cell("s"))
    for (x, y) in [(-1, 0), (3, 0), (0, -1), (0, 2)] {
      buffer[x, y] = Cell("!")
      #expect(buffer[x, y] == .blank)
    }
    #expect(buffer.cells.allSatisfy { $0 == Cell("s") })
  }

  @Test("Text stops at the limit and at the edge")
  func text() {
    var buffer = CellBuffer(size: CellSize(columns: 6, rows: 1), filledWith: Cell("s"))
    #expect(buffer.write("abcdef", x: 1, y: 0, limit: 3) == 3)
    #expect(String(buffer.cells.map { Character($0.glyph) }) == "sabsss")
    #expect(buffer.write("xyz", x: 4, y: 0) == 6)
    #expect(String(buffer.cells.map { Character($0.glyph) }) == "sabsxy")
    buffer.write("abc", x: -2, y: 0)
    #expect(buffer[0, 0].glyph == "c")
  }

  @Test("A rectangle is filled as far as it lies inside")
  func fill() {
    var buffer = CellBuffer(size: CellSize(columns: 4, rows: 3))
    buffer.fill(CellRect(x: 2, y: -1, width: 9, height: 2), with: Cell("f"))
    #expect(buffer.cells.filter { $0 == Cell("f") }.count == 2)
    buffer.fill(CellRect(x: 9, y: 9, width: 2, height: 2), with: Cell("g"))
    #expect(!buffer.cells.contains(Cell("g")))
  }

  @Test("Without UTF-8 every glyph becomes ASCII")
  func ascii() {
    var buffer = CellBuffer(size: CellSize(columns: 8, rows: 1))
    buffer.write("a·×▸┌é█┤", x: 0, y: 0)
    buffer.reduceToASCII()
    #expect(String(buffer.cells.map { Character($0.glyph) }) == "a.x>+?#+")
  }
}
