import PlainText
import Testing

struct SafeTextTests {
  @Test("Text from outside steers no terminal, in one line or in several")
  func escapes() {
    let text = "a\u{1B}[1m\u{9B}\n\u{202E}é"
    #expect(text.escaped == "a\\u{1b}[1m\\u{9b}\\u{a}\\u{202e}é")
    #expect(text.escapedLines == "a\\u{1b}[1m\\u{9b}\n\\u{202e}é")
    #expect("plain é".escaped == "plain é" && "".escaped == "")
    #expect("a\u{7}".quoted == "\"a\\u{7}\"" && "a\u{7}".printable == "a?")
  }

  @Test("Sizes have two digits at least")
  func sizes() {
    #expect(ByteText.of(512) == "512 bytes" && ByteText.of(1_600_000_000) == "1.6 GB")
    #expect(ByteText.of(24_500_000) == "24 MB" && ByteText.of(1234) == "1.2 kB")
  }
}
