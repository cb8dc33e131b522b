import App
import Figures
import Foundation
import ScreenScripts
import Statistics
import SyntheticRuns
import Terminal
import TerminalSentinel
import Testing

@Suite struct BarsTests {
  private func script(keys: Key...) -> ModelScript {
    var script = ModelScript()
    for key in keys { script.press(key) }
    return script
  }

  private func text(_ script: ModelScript) -> String { ScreenText.text(of: script.screen()) }

  @Test("b goes from |a1-a2| to dynamic, by class and the effect, and asks for what no run counts by itself")
  func asking() {
    var script = script()
    let density = script.model.questions
    #expect(text(script).contains("slope difference |a1-a2| by block · A2 · mean, p10-p90"))
    script.press("b")
    #expect(text(script).contains("dynamic by block · A2 · ") && script.model.questions == density)
    script.press("b")
    #expect(text(script).contains("by class, block by block · A2 · share of"))
    #expect(script.model.questions.subtracting(density) == [.slopeClasses(site: nil, classes: 10)])
    script.press("b")
    #expect(text(script).contains("top-1 as trained minus frozen at mean, by block · A2 · points"))
    let asked = script.model.questions.subtracting(density).flatMap { $0.whatIfs ?? [] }
    let ids = script.model.live?.sites.filter { ["stem", "A2", "last"].contains($0.site.place.site) }.map(\.site.id)
    #expect(asked.map(\.sites) == ids?.map { [$0] } && asked.allSatisfy { $0.change == .frozen })
    script.press("b")
    #expect(script.model.questions == density)
  }

  @Test("The overview has the same bars")
  func overview() {
    let script = script(keys: "b", "o", "b")
    #expect(text(script).contains("by class, block by block"))
    #expect(script.model.questions.contains(.slopeClasses(site: nil, classes: 10)))
  }

  @Test("How far the pass is stands in the title, and bars come one by one as gaps are filled")
  func progress() {
    var script = script(keys: "b", "b", "b")
    let question = script.model.questions.first { $0.whatIfs != nil }
    var figure = SyntheticRun.snapshot()
    figure.names = SyntheticRun.names
    figure.late = question.map { [$0: RunProgress(state: .running, done: 640, total: 1000)] } ?? [:]
    script.send(.figure(figure))
    #expect(text(script).contains("points · 640 of 1,000 images"))
    figure.late = question.map { [$0: RunProgress(state: .running)] } ?? [:]
    script.send(.figure(figure))
    #expect(text(script).contains("after the first pass"))
  }

  @Test("A model without classes has no slopes by class, and the chart says so")
  func withoutClasses() {
    var script = script(keys: "b", "b")
    var figure = SyntheticRun.snapshot()
    figure.names = SourceNames(images: [], classes: [])
    script.send(.figure(figure))
    #expect(text(script).contains("the model names no classes"))
    #expect(!script.model.questions.contains { if case .slopeClasses = $0 { true } else { false } })
  }
}

extension GoldenCase {
  /// The measures of the bars.
  static let bars: [GoldenCase] = [
    script("bars-dynamic-120x40", keys: [.right, "b"]), script("bars-by-class-80x24", 80, 24, keys: ["b", "b"]),
    effect("bars-effect-120x40", keys: [.right, .right]), effect("bars-effect-80x24", 80, 24),
    effect("bars-effect-40x12", 40, 12), effect("bars-effect-ascii-80x24", 80, 24, .ascii),
    effect("bars-effect-overview-120x40", keys: ["o"]),
  ]

  /// Bars of effects, some of them negative.
  private static func effect(
    _ name: String, _ columns: Int = 120, _ rows: Int = 40, _ capabilities: Capabilities = .full, keys: [Key] = []
  ) -> GoldenCase {
    GoldenCase(name: name, capabilities: capabilities) {
      var script = ModelScript(columns: columns, rows: rows)
      script.late = { question, _ in SyntheticRun.unevenEffects(question) }
      for key in ["b", "b", "b"] + keys { script.press(key) }
      return script
    }
  }
}
