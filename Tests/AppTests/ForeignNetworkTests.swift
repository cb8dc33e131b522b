import App
import Networks
import ScreenScripts
import SyntheticRuns
import Terminal
import Testing

/// Walking a network whose names nobody foresaw, key by key.
struct ForeignNetworkTests {
  @Test("Keys walk it: the wish for a name survives the blocks that lack it")
  func keys() {
    var script = ModelScript(run: { ForeignRun.snapshot(densities: $0) })
    #expect(script.place == "1 act1")
    script.press(.down, .down)
    #expect(script.place == "1 act3")
    var places: [String] = []
    for _ in 0..<3 {
      script.press(.right)
      places.append(script.place)
    }
    #expect(places == ["2 act1", "3 act3", "4 act3"])
    script.press("o")
    #expect(script.model.questions.count == 6)
    script.press(.right, .enter)
    #expect(script.place == "6 act3")
  }

  @Test("In an overview of every activation the cursor moves within a block, and Enter opens what it is on")
  func overviewOfActivations() {
    let sites = (0..<5).map {
      ForeignRun.site($0, block: 0, name: nil, "features.\($0)", functions: 0, source: .curve(.gelu))
    }
    var script = ModelScript(run: { ForeignRun.snapshot(sites, densities: $0) })
    script.press("o")
    #expect(script.model.questions.count == 5)
    script.press(.right, .right, .left, .right, .enter)
    #expect(script.place == "0 features.2" && script.model.screen is ScatterScreen)
  }
}
