import Figures
import Foundation
import Kernels
import Networks
import Statistics
import Streaming
import Testing

/// What changes do, against whole runs of the changed networks.
@Suite struct AblationRunTests {
  private func variant(_ name: String) throws -> Variant {
    try #require(try SampleImages.model().variants.first { $0.name == name })
  }

  private func ablation(
    _ variant: Variant, _ images: SampleImages, threads: Int, orders: [AblationOrder], changes: [WhatIf.Change]
  ) throws -> WhatIfFigure {
    var run = AblationRun(
      variant, items: try images.items(variant), settings: try RunSettings(threads: threads, kernels: .best)
    ) { _, _ in }
    return try run.run(orders, changes)
  }

  @Test("Each effect is that of the changed network alone on the same images", arguments: ["dyrelu-a", "dyrelu-c"])
  func againstSubjects(_ name: String) throws {
    let images = try SampleImages(12, broken: [3])
    let variant = try variant(name)
    let settings = try RunSettings(threads: 2, kernels: .best)
    let changes: [WhatIf.Change] = [.frozen, .isStatic, .noIntercepts, .firstSegment, .uniformAttention]
    let figure = try ablation(variant, images, threads: 2, orders: [.all, .role], changes: changes)
    let items = try images.items(variant)
    let plain = try Pass(variant, items: items, settings: settings).finished()
    #expect(figure.unchanged.classification == plain.figure.classification)
    let means = try #require(plain.finding(.functions) as? FunctionsFinding)
    #expect(figure.rows.count >= 4 * 4)
    for (ablation, effect) in figure.rows {
      let changes = try ablation.whatIf.changes(of: variant.shapes.sites, means: means)
      let changed = try Pass(variant, changes: changes, items: items, settings: settings).finished()
      #expect(effect.classification == changed.figure.classification, "\(ablation)")
    }
  }

  @Test("Threads and the order of images change nothing")
  func threads() throws {
    let images = try SampleImages(11, broken: [0, 7])
    let variant = try variant("dyrelu-b")
    let figures = try [1, 2, 3].map {
      try ablation(variant, images, threads: $0, orders: [.all, .fromLast], changes: [.frozen])
    }
    for figure in figures.dropFirst() {
      #expect(figure.unchanged == figures[0].unchanged)
      #expect(figure.rows.map(\.effect) == figures[0].rows.map(\.effect))
    }
    // The last step from either end is everywhere.
    #expect(figures[0].rows.last?.effect == figures[0].rows.first?.effect)
  }

  @Test("A session answers what needs the means after the unchanged network has seen every image")
  func session() throws {
    let images = try SampleImages(9)
    let model = try SampleImages.model()
    let subject = Subject(variant: 1)
    let sites = model.variants[1].shapes.sites
    let question = Question.effects([WhatIf(.frozen, at: sites.indices, of: sites)])
    let session = try RunSession(
      model, images: [images.path], settings: RunSettings(threads: 2, kernels: .best))
    var figure = session.ask(subject, [question])
    while figure.findings[question]?.images != 9 {
      #expect(figure.failure(of: question) == nil && figure.progress.state != .failed(""))
      Thread.sleep(forTimeInterval: 0.005)
      figure = session.ask(subject, [question])
    }
    session.stop()
    let alone = try ablation(model.variants[1], images, threads: 1, orders: [.all], changes: [.frozen])
    let found: EffectsFinding? = figure.findings.answer(question)
    #expect(found?.effects == alone.rows.map(\.effect) && figure.progress.done == 9)
  }

  @Test("Greedy goes through all sites, and each step is the best of its candidates")
  func greedy() throws {
    let images = try SampleImages(3)
    let variant = try variant("dyrelu-b")
    let figure = try ablation(variant, images, threads: 2, orders: [.greedy, .each], changes: [.isStatic])
    let steps = figure.rows.filter { $0.ablation.order == .greedy }
    let single = figure.rows.filter { $0.ablation.order == .each }
    #expect(steps.map(\.ablation.step) == Array(1...single.count).map(Optional.some))
    let least = try #require(single.compactMap(\.effect.loss.mean).min())
    #expect(steps.first?.effect.loss.mean == least)
    #expect(Set(steps.map(\.ablation.name)).count == single.count)
  }
}
