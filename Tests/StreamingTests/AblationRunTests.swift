import Figures
import Foundation
import Images
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
    _ variant: Variant, _ images: SampleImages, threads: Int, limit: Int? = nil, orders: [AblationOrder],
    changes: [WhatIf.Change]
  ) throws -> WhatIfFigure {
    var run = AblationRun(
      variant, items: try images.items(variant),
      settings: try RunSettings(threads: threads, limit: limit, kernels: .best)
    ) { _, _ in }
    return try run.run(orders, changes)
  }

  @Test("Each effect is that of the changed network alone on the same images", arguments: ["dyrelu-a", "dyrelu-c"])
  func againstSubjects(_ name: String) throws {
    let images = try SampleImages(12, broken: [3])
    let variant = try variant(name)
    let settings = try RunSettings(threads: 2, kernels: .best)
    let changes = WhatIf.Change.plain + [.anotherImage(ordinal: 5)]
    let figure = try ablation(variant, images, threads: 2, orders: [.all, .role], changes: changes)
    let items = try images.items(variant)
    let plain = try Pass(variant, items: items, settings: settings).finished()
    #expect(figure.unchanged.classification == plain.figure.classification)
    let known = Findings([
      try #require(plain.finding(.functions)), try finding(variant, items, ordinal: 5),
    ])
    #expect(figure.rows.count >= 4 * 4)
    for (ablation, effect) in figure.rows {
      let changes = try ablation.whatIf.changes(of: variant.shapes.sites, known: known)
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

  /// The functions that the unchanged network gives one image, as constants at each dynamic site.
  private func constants(
    _ variant: Variant, _ items: [ImageItem], ordinal: Int
  ) throws -> (changes: [Int: SiteChange], image: ImageFinding) {
    let image = try finding(variant, items, ordinal: ordinal)
    var changes: [Int: SiteChange] = [:]
    for site in variant.shapes.sites where site.activation.isDynamic {
      let own = image.functions[site.id]
      func rows(_ value: (Int, Int) -> Float) -> [[Float]] {
        (0..<own.segments).map { segment in (0..<own.channels).map { value(segment, $0) } }
      }
      changes[site.id] = .constant(
        ConstantCoefficients(
          slopes: rows { own.slope(segment: $0, channel: $1) },
          intercepts: rows { own.intercept(segment: $0, channel: $1) }))
    }
    return (changes, image)
  }

  private func finding(
    _ variant: Variant, _ items: [ImageItem], ordinal: Int, changes: [Int: SiteChange] = [:]
  ) throws -> ImageFinding {
    let question = Question.image(ordinal: ordinal, site: nil)
    let pass = try Pass(
      variant, changes: changes, questions: [question], items: items,
      settings: RunSettings(threads: 1, kernels: .best))
    pass.finish()
    return try #require(pass.findings([question]).answer(question))
  }

  @Test(
    "Another image's coefficients are its functions as constants; the image itself keeps its logits bit for bit",
    arguments: ["dyrelu-a", "dyrelu-b", "dyrelu-c"])
  func anotherImage(_ name: String) throws {
    let images = try SampleImages(10, broken: [2])
    let variant = try variant(name)
    let items = try images.items(variant)
    let (changes, image) = try constants(variant, items, ordinal: 7)
    #expect(changes.count > 30 && image.images == 1)
    let figures = try [1, 2, 3].map {
      try ablation(
        variant, images, threads: $0, orders: [.all, .role, .each], changes: [.anotherImage(ordinal: 7), .isStatic])
    }
    let settings = try RunSettings(threads: 2, kernels: .best)
    let rows = figures[0].rows.filter { $0.ablation.whatIf.change.image == 7 }
    #expect(rows.count == figures[0].rows.count / 2 && rows[0].ablation.whatIf.sites == changes.keys.sorted())
    for (ablation, effect) in rows.prefix(4) {
      let ids = ablation.whatIf.sites
      let changed = try Pass(
        variant, changes: changes.filter { ids.contains($0.key) }, items: items, settings: settings
      )
      .finished()
      #expect(effect.classification == changed.figure.classification, "\(ablation)")
    }
    #expect(rows[0].effect.logitChange.mean.map { $0 > 0 } == true)
    for figure in figures.dropFirst() { #expect(figure.rows.map(\.effect) == figures[0].rows.map(\.effect)) }
    // The image among its own coefficients; another one is changed by them.
    #expect(try finding(variant, items, ordinal: 7, changes: changes).logits == image.logits)
    let other = try finding(variant, items, ordinal: 3)
    #expect(try finding(variant, items, ordinal: 3, changes: changes).logits != other.logits)
    // The tables name it; a run that ends before it takes its coefficients all the same.
    let table = figures[0].table
    #expect(table.columns.last == "coefficients_of" && table.rows[1].last == .text("bag/07.png"))
    #expect(table.rows[0].last == .absent && table.rows.count { $0.last == .absent } == 1 + rows.count)
    #expect(figures[0].changedImages.rows.allSatisfy { ($0.last == .absent) == ($0[3] == .text("static")) })
    let short = try ablation(
      variant, images, threads: 2, limit: 4, orders: [.all], changes: [.anotherImage(ordinal: 7)])
    #expect(short.unchanged.classification.images == 3 && short.rows[0].effect.logitChange.count == 3)
  }

  @Test("An image that cannot be read has no coefficients to give, and is named")
  func unreadableImage() throws {
    let images = try SampleImages(4, broken: [2])
    let variant = try variant("dyrelu-b")
    #expect {
      try ablation(variant, images, threads: 2, orders: [.all], changes: [.anotherImage(ordinal: 2)])
    } throws: {
      "\($0)".contains("bag/02.png")
    }
    #expect(throws: GraphError.self) {
      try ablation(variant, images, threads: 2, orders: [.all], changes: [.anotherImage(ordinal: 9)])
    }
  }

  @Test(
    "A session answers what needs to know something of the unchanged network after that",
    arguments: [WhatIf.Change.frozen, .anotherImage(ordinal: 4)])
  func session(change: WhatIf.Change) throws {
    let images = try SampleImages(9)
    let model = try SampleImages.model()
    let subject = Subject(variant: 1)
    let sites = model.variants[1].shapes.sites
    let question = Question.effects([WhatIf(change, at: sites.indices, of: sites)])
    let session = try RunSession(
      model, images: [images.path], settings: RunSettings(threads: 2, kernels: .best))
    var figure = session.ask(subject, [question])
    while figure.findings[question]?.images != 9 {
      #expect(figure.failure(of: question) == nil && figure.progress.state != .failed(""))
      Thread.sleep(forTimeInterval: 0.005)
      figure = session.ask(subject, [question])
    }
    session.stop()
    let alone = try ablation(model.variants[1], images, threads: 1, orders: [.all], changes: [change])
    let found: EffectsFinding? = figure.findings.answer(question)
    #expect(found?.effects == alone.rows.map(\.effect) && (change != .frozen || figure.progress.done == 9))
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
