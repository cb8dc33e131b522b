import Terminal
import TerminalSentinel
import Testing

struct TooSmallNoticeTests {
  @Test("It applies below 40x12 in either direction")
  func applies() {
    #expect(!TooSmallNotice.applies(to: CellSize(columns: 40, rows: 12)))
    #expect(TooSmallNotice.applies(to: CellSize(columns: 39, rows: 12)))
    #expect(TooSmallNotice.applies(to: CellSize(columns: 400, rows: 11)))
  }

  @Test("It names the size that is needed and the one that is there")
  func words() {
    var sentinel = Sentinel(columns: 30, rows: 5)
    TooSmallNotice.draw(into: &sentinel.buffer)
    let text = (0..<5).map { sentinel.row($0) }.joined()
    #expect(text.contains("dyviz needs 40x12") && text.contains("here: 30x5") && text.contains("q quits"))
  }
}
