import App
import Terminal
import Testing

struct KeyRowTests {
  @Test("On every screen a key has one meaning")
  func unique() {
    for screen in Screens.all { #expect(Set(screen.boundKeys).count == screen.boundKeys.count, "\(screen)") }
  }

  @Test("Every row says in the help what its keys do")
  func explained() {
    for screen in Screens.all {
      for hint in screen.hints { #expect(!hint.keys.isEmpty && !hint.help.isEmpty, "\(screen): \(hint)") }
    }
  }

  @Test("Every screen can be left, drawn anew, and the program with it")
  func leaving() {
    for screen in Screens.all {
      for key: Key in [.escape, .control("l"), .control("c")] { #expect(screen.boundKeys.contains(key), "\(screen)") }
    }
  }

  @Test("A key without a row does nothing")
  func unknown() {
    var script = ModelScript()
    let before = script.model
    script.press("x", .tab)
    #expect(script.model == before && script.effects.isEmpty)
  }

  @Test("A key that opens another screen keeps nothing of it: the list that opens anew has no cursor of old")
  func opening() {
    var script = ModelScript()
    script.press("s")
    let list = script.model
    script.press(.down, .escape, "s")
    #expect(script.model == list)
  }
}
