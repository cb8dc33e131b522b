import App
import ScreenScripts
import Statistics
import SyntheticRuns
import Terminal
import Testing

@Suite struct WhatIfTests {
  private func text(_ script: ModelScript) -> String { ScreenText.text(of: script.screen()) }

  private func effects(_ script: ModelScript) -> [[WhatIf]] { script.model.questions.compactMap(\.whatIfs) }

  @Test("w asks about the site, its like, and everywhere")
  func opening() {
    var script = ModelScript()
    script.press("w")
    let asked = effects(script)
    let site = script.model.site?.site.id ?? -1
    #expect(asked.contains { $0.map(\.change) == [.frozen, .noIntercepts] && $0.allSatisfy { $0.sites == [site] } })
    #expect(asked.contains { $0.count == 1 && $0[0].sites.count == 17 })
    #expect(asked.contains { $0.map(\.change) == [.frozen, .noIntercepts, .isStatic] && $0[0].sites.count == 52 })
    script.press(.escape)
    #expect(effects(script).isEmpty && script.model.screen is ScatterScreen)
  }

  @Test("w adds the next change at the row's sites, a every site in turn; neither twice")
  func adding() {
    var script = ModelScript()
    script.press("w", "w")
    #expect(effects(script).count == 4 && effects(script).contains { $0.map(\.change) == [.firstSegment] })
    script.press("w", "w", "w")
    #expect(effects(script).count == 5, "static alone is left; a site without attention has no other change")
    script.press("a", "a")
    #expect(effects(script).filter { $0.count == 52 }.count == 1)
  }

  @Test("Sorted, the rows that change most images come first, and Enter shows the images of the row under the cursor")
  func images() {
    var script = ModelScript()
    script.press("w", "s", .enter)
    let shown = text(script)
    #expect(shown.contains("images that change · everywhere") && shown.contains("images get another class"))
    #expect(shown.contains("class0/0000.png"))
    script.press(.end, .home, .escape)
    #expect(text(script).contains("as trained"))
  }

  @Test("In a static network there is nothing to change, and no key does harm")
  func nothing() {
    var script = ModelScript(run: { SyntheticRun.snapshot(variant: 3, densities: $0, isStatic: true) })
    script.press("w", "w", "a", .enter, .down, "s")
    #expect(text(script).contains("no activation here computes its coefficients") && effects(script).isEmpty)
  }
}
