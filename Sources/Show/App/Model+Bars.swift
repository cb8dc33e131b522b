import Figures
import Statistics
import Terminal
import TerminalCharts

/// What the bars below scatters show.
extension Model {
  /// The bars of what is shown.
  var chart: SiteChart { chart(beside: nil) }

  /// The same with the bars of what is compared beside them.
  func chart(beside partner: RunFigure?) -> SiteChart {
    var chart = index.chart(of: bars, in: shown, beside: partner, wished: wishedSite, current: site)
    if bars == .byClass, chart.absence == nil { chart.absence = classAbsence }
    return chart
  }

  /// Why nothing depends on the class; nil where it may.
  private var classAbsence: String? {
    guard live?.names != nil else { return nil }
    if classCount == nil { return "the model names no classes" }
    return isLabelled || progress?.done ?? 0 == 0 ? nil : "no image has a label"
  }

  /// What the bars ask beside what every run counts.
  var barQuestions: Set<Question> {
    switch bars {
    case .slopeDifference, .dynamic: []
    case .byClass: Set(classCount.map { [.slopeClasses(site: nil, classes: $0)] } ?? [])
    case .effect:
      // Those of the chart alone: each takes a changed network of its own.
      Set(chart.sites.isEmpty ? [] : [.effects(whatIfs(chart.sites))])
    }
  }

  /// What screens ask that have a site's scatter with the bars below it.
  var scatterQuestions: Set<Question> {
    barQuestions.union(site.map { [.density(site: $0.site.id)] } ?? [])
  }

  private func whatIfs(_ sites: [Int]) -> [WhatIf] {
    let all = index.sites.map(\.site)
    return sites.map { WhatIf(.frozen, at: [$0], of: all) }
  }

  /// Whether images have labels, so that there is a top-1.
  var isLabelled: Bool { shown?.progress.top1 != nil }
}

extension KeyRow {
  /// What the bars measure, on screens that have them.
  static var bars: Self {
    Self(
      "b", "bars", rank: 3,
      help: "bars: |a1-a2|, dynamic, by class, top-1 lost when frozen", Stroke(["b"], does: { $1.bars = $1.bars.next }))
  }
}

extension ScreenDrawing {
  /// The chart of sites.
  ///
  /// - Parameters:
  ///   - partner: What is compared, for bars in pairs.
  ///   - name: What that is called.
  mutating func drawBars(beside partner: RunFigure? = nil, called name: String? = nil) {
    guard !layout.bars.isEmpty else { return }
    let chart = model.chart(beside: partner)
    let (measure, isWide) = (model.bars, layout.isWide)
    let parts = [
      measure.title(by: chart.unit, isLabelled: model.isLabelled, isWide: isWide), chart.name,
      chart.isPaired ? nil : measure.note(isLabelled: model.isLabelled, isWide: isWide),
      model.progress(of: model.barQuestions),
      partner == nil ? nil : name.map { "right: " + $0 },
    ]
    let inner = pane(parts.compactMap { $0 }.joined(separator: " · "), in: layout.bars)
    SiteBars(chart, showsAxis: layout.showsBarAxis, showsWhiskers: layout.showsWhiskers).draw(
      in: inner, capabilities: capabilities, into: &buffer)
  }
}

extension BarMeasure {
  /// The words of the bars' titles that nothing else on the screen has.
  static let words: [Glossary.Entry] = [
    Glossary.Entry(term: Measure.byClassTitle, text: Measure.byClassHelp),
    Glossary.Entry(term: "frozen at mean", text: "slopes and intercepts at their means over the images, at one site"),
    Glossary.Entry(term: "top-1 lost", text: "top-1 as trained minus top-1 with one site frozen at mean, in points"),
  ]
}
