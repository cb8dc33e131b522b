import Terminal
import TerminalSentinel
import Testing

struct GlossaryTests {
  private let entries = (1...31).map { Glossary.Entry(term: "term \($0)", text: "what term number \($0) stands for") }

  private func pages(columns: Int, rows: Int) -> [String] {
    (0..<40).map { page in
      var sentinel = Sentinel(columns: columns, rows: rows)
      Glossary(title: "words", entries: entries, page: page).draw(
        in: sentinel.buffer.bounds, capabilities: .full, into: &sentinel.buffer)
      return (0..<rows).map { sentinel.row($0) }.joined(separator: "\n")
    }
  }

  @Test("Every term is on some page", arguments: [(120, 40), (80, 24), (40, 12)])
  func complete(columns: Int, rows: Int) {
    let all = pages(columns: columns, rows: rows).joined()
    for entry in entries { #expect(all.contains(" " + entry.term + " ")) }
  }

  @Test("A screen of 120 by 40 needs one page")
  func onePage() {
    let all = pages(columns: 120, rows: 40)
    #expect(all[0] == all[1])
  }

  @Test("Pages go round, backwards too, and any size is safe")
  func around() {
    for page in [-7, -1, 0, 99] {
      for rows in 0...14 {
        for columns in 0...30 {
          var sentinel = Sentinel(columns: 32, rows: 16)
          let rect = CellRect(x: 1, y: 1, width: columns, height: rows)
          Glossary(title: "words", entries: entries, page: page).draw(
            in: rect, capabilities: .full, into: &sentinel.buffer)
          #expect(sentinel.isIntact(outside: rect))
        }
      }
    }
  }
}
