import Foundation
import Networks
import Statistics
import Tensors
import Testing

@Suite struct EffectsTests {
  private let changes = [
    WhatIf(.noIntercepts, at: [0], of: Self.sites), WhatIf(.isStatic, at: [0, 1], of: Self.sites),
  ]

  private static let sites: [ActivationSite] = (0..<3).map { id in
    let place = SitePlace(block: id, site: "A2")
    let dynamic = DynamicReLU(initialSlopes: [0.75, -0.5], initialIntercepts: [0.25, 0])
    return ActivationSite(
      id: id, node: "node\(id)", shape: FeatureShape(height: 2, width: 2, channels: 4),
      activation: id == 2 ? .relu(at: place) : dynamic.activation(channels: 4, at: place, module: "m"))
  }

  private struct Image {
    var logits: [Float]
    var changed: [[Float]]
    var label: Int?
  }

  /// Logits of five classes, now and then with ties and NaN.
  private func images(_ count: Int) -> [Image] {
    var generator = SeededGenerator(7)
    func logits() -> [Float] {
      (0..<5).map { _ in
        let number = generator.next() % 41
        return number == 40 ? .nan : Float(number) / 8 - 2.5
      }
    }
    return (0..<count).map { index in
      Image(logits: logits(), changed: [logits(), logits()], label: index % 4 == 3 ? nil : Int(generator.next() % 5))
    }
  }

  private func finding(_ images: [(ordinal: Int, image: Image)]) -> EffectsFinding {
    var finding = EffectsFinding(changes)
    for (ordinal, image) in images {
      finding.add(logits: image.logits, changed: image.changed, label: image.label, ordinal: ordinal)
    }
    return finding
  }

  @Test("Counts, sums and lists equal naive ones")
  func naive() throws {
    let images = images(300)
    let found = finding(Array(images.enumerated().map { ($0, $1) }))
    #expect(found.images == 300)
    for (index, effect) in found.effects.enumerated() {
      func best(_ logits: [Float]) -> Int? {
        logits.contains(where: \.isNaN) ? nil : logits.firstIndex(of: logits.max() ?? 0)
      }
      let pairs = images.map { (image: $0, before: best($0.logits), after: best($0.changed[index])) }
      let moved = pairs.enumerated().filter { $1.before != $1.after }
      #expect(effect.changedCount == moved.count && moved.count > mostImages)
      #expect(effect.rightNow == moved.count { $1.image.label != nil && $1.after == $1.image.label })
      #expect(effect.wrongNow == moved.count { $1.image.label != nil && $1.before == $1.image.label })
      #expect(effect.changedImages.map(\.ordinal) == moved.prefix(mostImages).map(\.offset))
      #expect(effect.changedImages.map(\.after) == moved.prefix(mostImages).map(\.element.after))
      #expect(effect.changedImages.map(\.before) == moved.prefix(mostImages).map(\.element.before))
      #expect(effect.classification.top1Count == pairs.count { $0.image.label != nil && $0.after == $0.image.label })
      let finite = pairs.filter { $0.before != nil && $0.after != nil }
      let distance = finite.map { pair in
        zip(pair.image.logits, pair.image.changed[index]).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) } / 5
      }
      let mean = try #require(effect.logitChange.mean)
      #expect(abs(mean - distance.reduce(0, +) / Double(finite.count)) < 1e-7)
      #expect(effect.logitChange.leftOut == 300 - finite.count)
      #expect(effect.loss.count == pairs.count { $0.image.label != nil && $0.after != nil })
    }
  }

  @Test("Any split and order gives the same finding, and so does one that was written and read")
  func merging() throws {
    let images = Array(images(240).enumerated().map { (ordinal: $0, image: $1) })
    let whole = finding(images)
    for parts in [2, 3, 7] {
      var merged = EffectsFinding(changes)
      for part in (0..<parts).reversed() { try merged.merge(finding(images.filter { $0.ordinal % parts == part })) }
      #expect(merged == whole)
    }
    #expect(throws: FindingMismatch.self) {
      var other = EffectsFinding([changes[0]])
      try other.merge(whole)
    }
  }

  @Test("A site that does not have what is changed is left out")
  func applicability() {
    #expect(WhatIf(.frozen, at: [2, 0, 0, 9], of: Self.sites).sites == [0])
    #expect(WhatIf(.uniformAttention, at: [0, 1, 2], of: Self.sites).sites.isEmpty)
    #expect(Ablation.list(.each, .uniformAttention, of: Self.sites).isEmpty)
  }

  @Test("Static is α and β; frozen needs means")
  func siteChanges() throws {
    let initial = ConstantCoefficients(slopes: [[0.75], [-0.5]], intercepts: [[0.25], [0]])
    #expect(
      try changes[1].changes(of: Self.sites, known: Findings()) == [0: .constant(initial), 1: .constant(initial)])
    #expect {
      try WhatIf(.frozen, at: [1], of: Self.sites).changes(of: Self.sites, known: Findings())
    } throws: {
      "\($0)".contains("node1") && "\($0)".contains("mean")
    }
  }

  @Test("What a change needs to know first is a question; another image's coefficients need that image")
  func needs() {
    func whatIf(_ change: WhatIf.Change) -> WhatIf { WhatIf(change, at: [0, 2], of: Self.sites) }
    let another = whatIf(.anotherImage(ordinal: 17))
    #expect(another.sites == [0])
    #expect(
      Question.effects([whatIf(.isStatic), whatIf(.frozen), another, another]).needs
        == [.functions, .image(ordinal: 17, site: nil)])
    #expect(Question.effects([whatIf(.noIntercepts)]).needs.isEmpty && Question.functions.needs.isEmpty)
    #expect {
      try another.changes(of: Self.sites, known: Findings())
    } throws: {
      "\($0)".contains("node0") && "\($0)".contains("image 17")
    }
  }

  @Test("Changes are words in files, with the image that one of them takes")
  func coding() throws {
    let changes = WhatIf.Change.plain + [.anotherImage(ordinal: 17)]
    let words = [
      "frozen", "no-intercepts", "first-segment", "static", "uniform-attention", "another-image 17",
    ]
    #expect(try JSONDecoder().decode([String].self, from: JSONEncoder().encode(changes)) == words)
    #expect(try JSONDecoder().decode([WhatIf.Change].self, from: JSONEncoder().encode(words)) == changes)
    for word in ["", "melted", "another-image", "another-image x", "another-image -1", "another-image 1 2"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([WhatIf.Change].self, from: JSONEncoder().encode([word]))
      }
    }
  }

  @Test("Orders list the sites that they change together")
  func orders() {
    func sites(_ order: AblationOrder) -> [[Int]] {
      Ablation.list(order, .isStatic, of: Self.sites).map(\.whatIf.sites)
    }
    #expect(sites(.all) == [[0, 1]] && sites(.each) == [[0], [1]] && sites(.role) == [[0, 1]])
    #expect(sites(.fromFirst) == [[0], [0, 1]] && sites(.fromLast) == [[1], [0, 1]] && sites(.greedy).isEmpty)
  }

  @Test("Greedy takes the least cross-entropy, of equal ones the first in the graph, and ends with all sites")
  func greedy() throws {
    var order = GreedyAblation(.isStatic, of: Self.sites)
    func effects(_ logits: [[Float]], label: Int?) -> [ChangeEffect] {
      var finding = EffectsFinding(order.candidates)
      finding.add(logits: [0, 0], changed: logits, label: label, ordinal: 0)
      return finding.effects
    }
    var labelled = order
    #expect(labelled.choose(by: effects([[0, 1], [3, 0]], label: 0)).ablation.name == "node1")
    var tied = order
    #expect(tied.choose(by: effects([[1, 0], [1, 0]], label: 0)).ablation.name == "node0")
    // Without labels the smaller change of the logits counts.
    #expect(order.choose(by: effects([[9, 9], [1, 0]], label: nil)).ablation.name == "node1")
    #expect(order.candidates.map(\.sites) == [[0, 1]])
    let last = order.choose(by: effects([[0, 0]], label: nil)).ablation
    #expect(last.step == 2 && last.name == "node0" && last.whatIf.sites == [0, 1] && order.candidates.isEmpty)
  }
}

private let mostImages = ChangeEffect.mostImages
