import Terminal
import Testing

struct CellTextTests {
  @Test(
    "What does not take one column becomes a question mark",
    arguments: ["\u{1B}", "\n", "\u{9B}", "漢", "🙂", "e\u{301}", "\u{202E}", "\u{AD}", "\u{200B}"] as [Character])
  func hostile(_ character: Character) {
    #expect(CellText.glyph(of: character) == "?")
  }

  @Test(
    "Letters, signs and drawing characters stay",
    arguments: ["a", "é", "Ж", "α", "±", "×", "…", "←", "█", "⣿", "┤"] as [Character])
  func harmless(_ character: Character) {
    #expect(Character(CellText.glyph(of: character)) == character)
  }

  @Test("Text that is too long shows that something is lost")
  func fitted() {
    #expect(CellText.fitted("abcdef", columns: 6) == "abcdef")
    #expect(CellText.fitted("abcdef", columns: 4) == "abc…")
    #expect(CellText.fitted("abcdef", columns: 1) == "a")
    #expect(CellText.fitted("abcdef", columns: 0) == "")
    #expect(CellText.fitted("abcdef", columns: -2) == "")
  }

  @Test("Names that tell more by their ends lose their beginnings")
  func ending() {
    #expect(CellText.ending("abcdef", columns: 6) == "abcdef")
    #expect(CellText.ending("abcdef", columns: 4) == "…def")
    #expect(CellText.ending("abcdef", columns: 1) == "f")
    #expect(CellText.ending("abcdef", columns: 0) == "")
    #expect(CellText.ending("abcdef", columns: -2) == "")
  }

  @Test("Alignment adds spaces and cuts nothing")
  func aligned() {
    #expect(CellText.rightAligned("7", columns: 3) == "  7")
    #expect(CellText.leftAligned("7", columns: 3) == "7  ")
    #expect(CellText.rightAligned("1234", columns: 3) == "1234")
  }
}
