import App
import Figures
import Networks
import ScreenScripts
import Statistics
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

@Suite struct ImageScreensTests {
  private func opened(columns: Int = 120, rows: Int = 40, _ keys: Key...) -> ModelScript {
    var script = ModelScript(columns: columns, rows: rows)
    for key in keys { script.press(key) }
    return script
  }

  private func text(_ script: ModelScript) -> String { ScreenText.text(of: script.screen()) }

  private func asked(_ script: ModelScript) -> PairRegion? {
    script.model.questions.compactMap { if case .exemplars(_, let region) = $0 { region } else { nil } }.first
  }

  private func ends(_ range: ValueRange?) -> (lower: Float, upper: Float) {
    (range?.lower ?? .nan, range?.upper ?? .nan)
  }

  @Test("The cross starts in the middle; Enter asks for the pairs in its box, Esc leaves it where it was")
  func cross() throws {
    var script = opened("x", .enter)
    let middle = try #require(asked(script))
    #expect(ends(middle.x).lower < 0 && ends(middle.x).upper > 0 && ends(middle.y).lower < 0)
    script.press(.escape, .enter)
    #expect(asked(script) == middle)
    script.press(.escape, .right, .enter)
    let right = try #require(asked(script))
    #expect(ends(right.x).lower > ends(middle.x).lower && right.y == middle.y)
    script.press(.escape, .left, "K", .enter)
    let up = try #require(asked(script))
    #expect(up.x == middle.x && ends(up.y).lower > ends(middle.y).upper)
    script.press(.escape, "J", "+", .enter)
    let large = try #require(asked(script))
    #expect(ends(large.x).lower < ends(middle.x).lower && ends(large.x).upper > ends(middle.x).upper)
    script.press(.escape, "-", "-", .enter)
    let small = try #require(asked(script))
    #expect(ends(small.x).lower > ends(middle.x).lower && ends(small.y).upper < ends(middle.y).upper)
  }

  @Test("A press of the mouse puts the box where it is; the region's text is what the command line takes")
  func press() throws {
    var script = opened()
    script.send(.mouse(MouseEvent(.press, x: 60, y: 8)))
    script.feed()
    #expect(script.model.screen is CursorScreen)
    script.send(.mouse(MouseEvent(.press, x: 20, y: 12)))
    script.press(.enter)
    let region = try #require(asked(script))
    #expect(ends(region.x).upper < 0 && ends(region.y).lower > 0)
    let words = region.x.argument.split(separator: ":").map { Float(String($0)) }
    #expect(words == [region.x.lower, region.x.upper])
  }

  @Test("The cross stays in the picture however far it is moved")
  func borders() throws {
    var script = opened("x")
    for _ in 0..<100 { script.send(.key("H")) }
    for _ in 0..<100 { script.send(.key("J")) }
    script.press(.enter)
    let corner = try #require(asked(script))
    let reach = Float(script.model.fit(of: script.model.site?.site.id ?? 0).halfRange)
    #expect(abs(ends(corner.x).lower + reach) < reach / 10 && abs(ends(corner.y).lower + reach) < reach / 10)
  }

  @Test("Behind a box are the images with most pairs; the class of each is asked once all are known")
  func exemplars() throws {
    let script = opened("x", "+", "+", .enter)
    let site = try #require(script.model.site?.site)
    let region = try #require(asked(script))
    let found: ExemplarsFinding = try #require(
      script.model.shown?.findings.answer(.exemplars(site: site.id, region: region)))
    #expect(found.found > 0 && !found.exemplars.isEmpty)
    #expect(text(script).contains(found.summary))
    #expect(script.model.questions.contains(.predictions(found.exemplars.map(\.ordinal).sorted())))
    #expect(script.model.questions.contains(.image(ordinal: found.exemplars[0].ordinal, site: site.id)))
    #expect(text(script).contains("says class"))
  }

  @Test("Enter opens the image under the cursor; brackets walk through the others of the list, and no further")
  func walking() throws {
    var script = opened("x", "+", "+", .enter)
    let site = try #require(script.model.site?.site.id)
    let region = try #require(asked(script))
    let found: ExemplarsFinding = try #require(
      script.model.shown?.findings.answer(.exemplars(site: site, region: region)))
    let ordinals = found.exemplars.map(\.ordinal)
    func image() -> Int? {
      script.model.questions.compactMap { if case .image(let own, _) = $0 { own } else { nil } }.first
    }
    script.press(.down, .enter)
    #expect(script.model.screen is ImageScreen && image() == ordinals[1])
    script.press("[")
    #expect(image() == ordinals[0])
    script.press("[")
    #expect(image() == ordinals[0])
    script.press("}", "}", "}", "}", "}", "}", "}", "}", "}", "}", "]")
    #expect(image() == ordinals.last)
    script.press(.escape)
    #expect(script.model.screen is ExemplarsScreen)
  }

  @Test("A pinned image stays asked for while others are looked at, and is let go by the same key")
  func pinning() {
    var script = opened("i", "p", "]")
    let site = script.model.site?.site.id ?? -1
    #expect(script.model.questions.isSuperset(of: [.image(ordinal: 0, site: site), .image(ordinal: 1, site: site)]))
    #expect(text(script).contains("pinned"))
    script.press("[", "p", "]")
    #expect(!script.model.questions.contains(.image(ordinal: 0, site: site)))
  }

  @Test("The channels are walked through, none stands before the first and after the last")
  func channels() {
    var script = opened("i", ">")
    #expect(text(script).contains("channel 0 bold"))
    script.press("<")
    #expect(!text(script).contains("channel 0 bold") && text(script).contains("its 32 functions ·"))
    script.press("<")
    let last = (script.model.site?.site.coefficientChannels ?? 0) - 1
    #expect(text(script).contains("channel \(last) bold"))
    script.press(">", ">")
    #expect(text(script).contains("channel 0 bold"))
  }

  @Test("A block's number, a site beside it, or words of a name lead there; nothing else leads anywhere")
  func going() {
    func place(_ words: String) -> String {
      var script = opened(":")
      for scalar in words.unicodeScalars { script.press(.character(scalar)) }
      script.press(.enter)
      return script.place
    }
    #expect(place("5") == "5 A2")
    #expect(place("5 a3") == "5 A3")
    #expect(place("17.A1") == "17 A1")
    #expect(place("node4") == "2 A2")
    #expect(place("stem") == "0 stem")
    #expect(
      place("5 A9") == "1 A2" && place("zebra") == "1 A2" && place("") == "1 A2"
        && place("99999999999999999999") == "1 A2")
    var script = opened("o", ":", "1", "2", .enter)
    #expect(script.place == "12 A2" && script.model.screen is OverviewScreen)
    script.press(":", "7", .escape)
    #expect(script.place == "12 A2")
  }

  @Test("Marks lead back to what was marked, and a mark is let go by the same key")
  func marks() throws {
    var script = opened("m", "x", "L", "m", .escape, "i", "]", "m", "'")
    #expect(script.model.marks.map(\.kind) == ["site", "region", "image"])
    guard case .region(_, let region) = script.model.marks[1] else { return }
    script.press(.down, .enter)
    #expect(asked(script) == region)
    script.press("'", .end, .enter)
    #expect(script.model.questions.contains(.image(ordinal: 1, site: script.model.site?.site.id)))
    script.press(.escape, .right, "'", .enter)
    #expect(script.place == "1 A2" && script.model.screen is ScatterScreen)
    script.press("m")
    #expect(script.model.marks.map(\.kind) == ["region", "image"])
    script.press("'", "m", "m")
    #expect(script.model.marks.isEmpty)
  }

  @Test("Without the mouse its events do nothing; the wheel keeps what lies under it in its place")
  func mouse() throws {
    var script = opened()
    script.send(.mouse(MouseEvent(.wheelUp, x: 61, y: 8)))
    let before = script.model.fit(of: script.model.site?.site.id ?? 0)
    let view = try #require(script.model.viewport)
    #expect(view.exponent == before.exponent - 1 && view.centerX > 0 && view.centerY > 0)
    script.send(.mouse(MouseEvent(.wheelDown, x: 61, y: 8)))
    let back = try #require(script.model.viewport)
    #expect(back.exponent == before.exponent && abs(back.centerX) < 1e-9 && abs(back.centerY) < 1e-9)
    script.press("M")
    #expect(script.effects == [.mouse(false)])
    script.send(.mouse(MouseEvent(.press, x: 61, y: 8)))
    #expect(script.model.screen is ScatterScreen && script.model.viewport == back)
  }

  @Test("= asks about two subjects; the same key shows their difference, then one of them again")
  func comparing() throws {
    var script = opened("=")
    #expect(text(script).contains("dyrelu-a") && !text(script).contains("variant dyrelu-b"))
    script.press(.enter)
    #expect(script.model.requests.map(\.subject.variant) == [1, 0])
    let site = try #require(script.model.site?.site)
    #expect(script.model.requests[1].questions.count == 1, "the density of its own site at \(site.place)")
    #expect(text(script).contains("dyrelu-a · 640 of 1,000 images"))
    script.press("=")
    #expect(text(script).contains("dyrelu-a minus dyrelu-b"))
    script.press("=")
    #expect(script.model.requests.count == 1)
  }

  @Test("A what-if is compared as a changed network, with changes at the sites that it is about alone")
  func comparingWhatIf() {
    var script = opened("w", .end, "=")
    #expect(script.model.screen is CompareScreen)
    #expect(script.model.requests.count == 2 && script.model.requests[1].subject.changes.count == 52)
    script.press(.escape)
    #expect(script.model.screen is WhatIfScreen)
  }
}
