import Terminal
import TerminalSentinel
import Testing

struct FrameTests {
  @Test("A frame has its title in the upper edge and gives what is inside")
  func title() {
    var sentinel = Sentinel(columns: 14, rows: 3)
    let inner = Frame.draw("block 5", in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0) == "┌ block 5 ───┐")
    #expect(sentinel.row(1) == "│            │")
    #expect(sentinel.row(2) == "└────────────┘")
    #expect(inner == CellRect(x: 1, y: 1, width: 12, height: 1))
  }

  @Test("A title that is too long is cut, and a frame without room is none")
  func room() {
    var sentinel = Sentinel(columns: 10, rows: 3)
    _ = Frame.draw("a long title", in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.row(0) == "┌ a lo… ─┐" || sentinel.row(0) == "┌ a lon… ┐")
    var tiny = Sentinel(columns: 4, rows: 4)
    let inner = Frame.draw("t", in: CellRect(x: 0, y: 0, width: 1, height: 3), capabilities: .full, into: &tiny.buffer)
    #expect(inner.isEmpty)
    #expect(tiny.isIntact(outside: CellRect(x: 0, y: 0, width: 0, height: 0)))
  }
}
