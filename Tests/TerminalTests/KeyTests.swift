import Terminal
import Testing

struct KeyTests {
  @Test(
    "Keys are written as people call them",
    arguments: [
      ("q", "q"), (.left, "←"), (.control("c"), "Ctrl-C"), (.shiftUp, "Shift-↑"), (.pageDown, "PgDn"), (.escape, "Esc"),
    ] as [(Key, String)])
  func names(_ key: Key, _ name: String) { #expect(key.name == name) }
}
