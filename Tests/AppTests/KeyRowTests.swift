import App
import Foundation
import ScreenScripts
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
    script.press("~", .tab)
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

  /// What stands in code in the first column of README's table of keys.
  private static func keysInReadme(file: String = #filePath) throws -> [String] {
    let readme = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    let section = text.components(separatedBy: "\n## Keys\n").last?.components(separatedBy: "\n## ").first ?? ""
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
    return rows.flatMap { row in
      row.split(separator: "|").first?.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) } ?? []
    }
  }

  @Test("README's table has every key of every screen, and no other")
  func readme() throws {
    // The same keys as + and -, without and with Shift.
    let twins: Set<Key> = ["_"]
    let bound = Set(Screens.all.flatMap { $0.boundKeys }).subtracting(twins).map(\.name)
    let told = try Self.keysInReadme()
    #expect(Set(told).subtracting(bound).isEmpty, "in README alone")
    #expect(Set(bound).subtracting(told).isEmpty, "missing in README")
    #expect(told.count == Set(told).count)
  }
}
