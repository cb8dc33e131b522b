import Terminal
import TerminalDriver
import Testing

struct KeyCodesTests {
  @Test(
    "Characters become keys",
    arguments: [
      (0x71, .character("q")), (0x20, .character(" ")), (0xE9, .character("é")), (0x0C, .control("l")),
      (0x03, .control("c")),
      (0x0D, .enter), (0x0A, .enter), (0x1B, .escape), (0x7F, .backspace), (0x09, .tab), (0x00, nil), (0x9B, nil),
      (0xD800, nil), (0x11_0000, nil),
    ] as [(UInt32, Key?)])
  func characters(code: UInt32, key: Key?) {
    #expect(Key(character: code) == key)
  }

  @Test("Codes without a name are no keys")
  func unknown() {
    #expect(Key(named: 0) == nil)
    #expect(Key(named: 999) == nil)
  }
}
