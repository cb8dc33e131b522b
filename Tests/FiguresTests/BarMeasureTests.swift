import Figures
import Networks
import Statistics
import SyntheticRuns
import Testing

@Suite struct BarMeasureTests {
  private let sites = SyntheticRun.sites(functions: 2, isStatic: false)

  private func run(_ findings: [any Finding]) -> RunFigure {
    var figure = SyntheticRun.snapshot()
    figure.add(Findings(findings))
    return figure
  }

  private func chart(_ measure: BarMeasure, _ run: RunFigure) -> SiteChart {
    SiteIndex(run.sites).chart(of: measure, in: run, wished: "A2", current: nil)
  }

  @Test("|a1-a2| and dynamic are the sites' own numbers, the first with its spread")
  func ownNumbers() {
    let run = run([])
    let slopes = chart(.slopeDifference, run)
    let dynamic = chart(.dynamic, run)
    let figures = run.sites.filter { ["stem", "A2", "last"].contains($0.site.place.site) }
    #expect(slopes.bars.map { $0.value?.height } == figures.map { $0.slopeDifference?.mean })
    #expect(slopes.bars.map { $0.value?.spread?.lowerBound } == figures.map { $0.slopeDifference?.p10 })
    #expect(dynamic.bars.map { $0.value?.height } == figures.map(\.dynamicScore))
    #expect(dynamic.bars.allSatisfy { $0.value?.spread == nil } && dynamic.unit == "block" && dynamic.sites.count == 19)
  }

  @Test("By class is a gap until it is known, then η² of each site")
  func byClass() throws {
    #expect(chart(.byClass, run([])).bars.allSatisfy { $0.value == nil })
    let found = try #require(
      SyntheticRun.late(.slopeClasses(site: nil, classes: 10), of: sites, images: 20) as? SlopeClassesFinding)
    let bars = chart(.byClass, run([found])).bars
    let expected = sites.filter { ["stem", "A2", "last"].contains($0.place.site) }.map { found[$0.id]?.share }
    #expect(bars.map { $0.value?.height } == expected && expected.allSatisfy { $0 != nil })
  }

  @Test("The effect is top-1 as trained minus top-1 frozen, in points; negative where freezing helps")
  func effect() throws {
    var finding = EffectsFinding([WhatIf(.frozen, at: [1], of: sites), WhatIf(.frozen, at: [4], of: sites)])
    // Of 8 images 6 are right; freezing the first site loses 2 and gains 1, freezing the second gains 1.
    for image in 0..<8 {
      func logits(_ isRight: Bool) -> [Float] { isRight ? [1, 0] : [0, 1] }
      let own = image < 6
      finding.add(
        logits: logits(own), changed: [logits(own ? image > 1 : image == 7), logits(own || image == 7)], label: 0,
        ordinal: image)
    }
    let run = run([finding])
    #expect(run.loss(frozenAt: 1) == 12.5 && run.loss(frozenAt: 4) == -12.5 && run.loss(frozenAt: 7) == nil)
    let bars = chart(.effect, run).bars
    #expect(bars[1].value?.height == 12.5 && bars[2].value?.height == -12.5 && bars[3].value == nil)
  }

  @Test("Without labels it is the share of images that get another class, in per cent")
  func effectWithoutLabels() {
    var finding = EffectsFinding([WhatIf(.frozen, at: [1], of: sites)])
    #expect(run([finding]).loss(frozenAt: 1) == nil)
    for image in 0..<4 {
      finding.add(logits: [1, 0], changed: [image == 0 ? [0, 1] : [2, 0]], label: nil, ordinal: image)
    }
    #expect(run([finding]).loss(frozenAt: 1) == 25)
  }

  @Test("A chart without any such number says what the activations are")
  func absences() {
    let curves = SiteIndex(ForeignRun.snapshot(isDynamic: false).sites)
    func absence(_ measure: BarMeasure, _ wished: String) -> String? {
      curves.chart(of: measure, in: nil, wished: wished, current: nil).absence
    }
    #expect(absence(.slopeDifference, "se.gate") == "no slopes to compare: SE, K 1")
    #expect(absence(.dynamic, "se.gate") == nil && absence(.effect, "se.gate") == nil)
    #expect(absence(.dynamic, "act1") == "no slopes: SiLU")
    #expect(absence(.effect, "act1") == "no slopes that are computed from the image: SiLU")
  }

  @Test("Measures go round")
  func next() {
    #expect(BarMeasure.allCases.reduce(BarMeasure.slopeDifference) { measure, _ in measure.next } == .slopeDifference)
  }
}
