import App
import Networks
import ScreenScripts
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

struct SiteListTests {
  private func script(columns: Int = 120, rows: Int = 40, keys: [Key] = []) -> ModelScript {
    var script = ModelScript(columns: columns, rows: rows, run: { ForeignRun.snapshot(densities: $0) })
    for key in keys { script.press(key) }
    return script
  }

  private func typed(_ text: String) -> [Key] { text.unicodeScalars.map { .character($0) } }

  /// The screen's glyphs, row by row.
  private func rows(_ script: ModelScript) -> [String] {
    let screen = script.screen()
    return (0..<screen.size.rows).map { row in
      String((0..<screen.size.columns).map { Character(screen[$0, row].glyph) })
    }
  }

  /// The row under the cursor.
  private func cursorRow(_ script: ModelScript) -> String {
    rows(script).dropFirst(2).first { $0.contains("▸") } ?? "none"
  }

  @Test(
    "A filter and Enter lead to a site",
    arguments: [
      ("layer2 se", [.enter], "6 se.gate"), ("LAYER3.0 ", [.down, .enter], "7 bn2.act"),
      ("head", [.enter], "10 head.act2"),
      ("h-swish", [.enter], "0 bn1.act"), ("act3", [.end, .enter], "9 act3"),
      ("act3", [.end, .home, .enter], "1 act3"),
      ("act3", [.down, .down, .up, .enter], "3 act3"), ("act3", [.pageDown, .enter], "9 act3"),
      ("sex", [.backspace, .enter], "3 se.gate"), ("nothing", [.control("u"), .enter], "1 act1"),
      ("nothing", [.escape, .enter], "1 act1"), ("nothing", [.enter], "1 act1"),
      ("se", [.right, .enter], "6 se.gate"), ("se", [.right, .right, .left, .enter], "6 se.gate"),
    ] as [(String, [Key], String)])
  func choosing(filter: String, then: [Key], place: String) {
    #expect(script(keys: ["/"] + typed(filter) + then).place == place)
  }

  @Test("Letters are the filter's while it is typed, even those that are keys elsewhere")
  func letters() {
    let script = script(keys: ["/"] + typed("q?vn/ s"))
    #expect(script.effects.isEmpty && script.model.screen is SiteListScreen)
    #expect(rows(script).contains { $0.contains("/ q?vn/ s_") })
  }

  @Test("Ctrl-C leaves the program while a filter is typed, and Ctrl-L draws anew")
  func control() {
    #expect(script(keys: ["/", "a", .control("l"), .control("c")]).effects == [.repaint, .quit])
  }

  @Test("Escape clears the filter, then leaves; backspace on an empty filter ends the typing")
  func leaving() {
    var script = script(keys: ["/"] + typed("se"))
    script.press(.escape)
    #expect(script.model.screen is SiteListScreen && rows(script).contains { $0.contains("/ _") })
    script.press(.escape)
    #expect(script.model.screen is ScatterScreen && script.place == "1 act1")
    script.press("/", .backspace, "q")
    #expect(script.effects == [.quit])
  }

  @Test("s opens the list with the filter still in force, and closes it; / in it goes on typing")
  func opening() {
    var script = script(keys: ["/"] + typed("se") + [.enter, "s"])
    #expect(rows(script).contains { $0.contains("/ se ") && $0.contains("3 of 23") })
    script.press("/", ".")
    #expect(rows(script).contains { $0.contains("/ se._") })
    script.press(.escape, .backspace, "s")
    #expect(script.model.screen is ScatterScreen && script.place == "3 se.gate")
  }

  @Test("The cursor begins at the site on the screen and returns there when the filter is cleared")
  func anchor() {
    var script = script(keys: [.right, .right, "/"])
    #expect(cursorRow(script).contains("layer1.2.act1"))
    for key in typed("layer2") { script.press(key) }
    #expect(cursorRow(script).contains("layer2.0.act1"))
    script.press(.control("u"))
    #expect(cursorRow(script).contains("layer1.2.act1"))
  }

  @Test("n and N step round through the sites that the filter leaves, without one through all")
  func stepping() {
    var script = script(keys: ["/"] + typed("se.gate") + [.escape, .escape, "n"])
    #expect(script.place == "1 bn2.act")
    #expect(script.model.notice?.text == "site 3 of 23")
    script.press("s", "/")
    for key in typed("se.gate") { script.press(key) }
    script.press(.enter, "n")
    #expect(script.place == "6 se.gate" && script.model.notice?.text == "site 2 of 3 · /se.gate")
    script.press("n", "n")
    #expect(script.place == "3 se.gate")
    script.press("N")
    #expect(script.place == "9 se.gate")
  }

  @Test("Stepping without a match says so")
  func steppingNowhere() {
    // The overview leaves the list with its filter; the variant that comes then has no such site.
    var script = script(keys: ["/"] + typed("se.gate") + [.enter, "s", "o", "o"])
    script.run = { SyntheticRun.snapshot(densities: $0) }
    script.feed()
    let place = script.place
    script.press("n")
    #expect(script.model.notice == Model.Notice(text: "no site matches · /se.gate", isError: true))
    #expect(script.place == place)
  }

  @Test("The list follows the run, holds still when frozen, and lives through a change of variant")
  func streaming() {
    var script = ModelScript(run: { ForeignRun.snapshot(images: 0, densities: $0) })
    script.press("s")
    script.run = { sites in
      var snapshot = ForeignRun.snapshot(densities: sites)
      snapshot.sites[1].slopeDifference?.mean = 0.123
      return snapshot
    }
    script.feed()
    #expect(cursorRow(script).contains("0.12"))
    script.press("f")
    script.run = { sites in
      var snapshot = ForeignRun.snapshot(densities: sites)
      snapshot.sites[1].slopeDifference?.mean = 0.456
      return snapshot
    }
    script.feed()
    #expect(cursorRow(script).contains("0.12"))
    script.press("f")
    #expect(cursorRow(script).contains("0.46"))
    script.run = { SyntheticRun.snapshot(variant: 3, densities: $0, isStatic: true) }
    script.feed()
    #expect(script.model.screen is SiteListScreen && cursorRow(script) != "none")
  }

  @Test("Help lies over the list and gives it back; the overview can be opened from it")
  func otherScreens() {
    var script = script(keys: ["s", "?"])
    #expect(script.page == 0 && script.model.path.covered is SiteListScreen)
    script.press(.escape)
    #expect(script.model.screen is SiteListScreen)
    script.press("d", "+", "0", "o")
    #expect(script.model.screen is OverviewScreen && script.model.scale == .log && script.model.viewport == nil)
    script.press("s", .escape)
    #expect(script.model.screen is ScatterScreen)
  }

  @Test("Before the first data the list is empty and says so")
  func beforeData() {
    var model = Model(size: CellSize(columns: 80, rows: 24))
    for key: Key in ["s", .down, .enter, "/", "x", .pageDown, .enter] { model = update(model, .key(key)).model }
    let screen = view(model, size: model.size, capabilities: .full)
    #expect(model.screen is SiteListScreen && ScreenText.text(of: screen).contains("no site yet"))
  }

  @Test("On a screen that is too small a filter takes no letters")
  func tooSmall() {
    var script = script(keys: ["/"])
    script.send(.resize(CellSize(columns: 30, rows: 10)))
    let before = script.model
    script.send(.key("x"))
    #expect(script.model == before && script.effects.isEmpty)
    script.send(.key("q"))
    #expect(script.effects == [.quit])
  }

  @Test(
    "Five hundred sites scroll with the cursor, which is always visible", arguments: [(120, 40), (80, 24), (40, 12)])
  func manySites(columns: Int, rows: Int) {
    var script = ModelScript(
      columns: columns, rows: rows, run: { ForeignRun.snapshot(blocks: 229, densities: $0) })
    script.press("s")
    #expect(script.model.live?.sites.count ?? 0 > 500)
    for key: Key in [.end, .home, .pageDown, .pageDown, .up, .end, .pageUp] {
      script.press(key)
      #expect(cursorRow(script) != "none")
    }
    script.press(.end, .enter)
    #expect(script.place == "230 head.act2")
  }
}
