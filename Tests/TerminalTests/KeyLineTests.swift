import Terminal
import TerminalSentinel
import Testing

struct KeyLineTests {
  private let line = KeyLine(hints: [
    KeyHint(keys: "←→", name: "block", help: "", rank: 1), KeyHint(keys: "a", name: "aspect", help: "", rank: 3),
    KeyHint(keys: "e", name: "export", help: "", rank: 2), KeyHint(keys: "?", name: "help", help: "", rank: 0),
    KeyHint(keys: "q", name: "quit", help: "", rank: 0),
  ])

  private func text(_ columns: Int) -> String {
    var sentinel = Sentinel(columns: columns, rows: 2)
    line.draw(in: CellRect(x: 0, y: 0, width: columns, height: 1), capabilities: .full, into: &sentinel.buffer)
    #expect(sentinel.isIntact(outside: CellRect(x: 0, y: 0, width: columns, height: 1)))
    return sentinel.row(0)
  }

  @Test("A wide line has names, a narrow one keys alone")
  func names() {
    #expect(text(100).hasPrefix(" ←→ block  a aspect  e export  ? help  q quit "))
    #expect(text(60).hasPrefix(" ←→ block a aspect e export ? help q quit "))
    #expect(text(40).hasPrefix(" ←→ a e ? q "))
  }

  @Test("Help and quit stay when others have to go, the highest rank first")
  func ranks() {
    #expect(text(11) == " ←→ e ? q  ")
    #expect(text(6) == " ? q  ")
    #expect(text(5) == " ? q ")
    #expect(text(0) == "")
  }
}
