import Foundation
import Inference
import KernelInterface
import Kernels
import ModelFiles
import Networks
import Tensors
import Testing

/// A change at the seam of an activation: the executor against the reference, and against the network that has the
/// change built in.
@Suite struct SiteChangeTests {
  private let image = ImageIdentity(ordinal: 0, key: 0)

  /// Networks with every kind of activation that has coefficients.
  private static func variants(
    _ families: [String] = ["dyrelu-a", "dyrelu-b", "dyrelu-c", "static", "activations"]
  ) throws -> [Variant] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden/networks")
    return try families.flatMap { family in
      try Model.load([folder.appendingPathComponent("\(family).model.bin").path]).variants
    }
  }

  private func constants(_ site: ActivationSite, using generator: inout SeededGenerator) -> SiteChange {
    func rows() -> [[Float]] {
      (0..<site.activation.functions).map { _ in
        (0..<site.coefficientChannels).map { _ in Float.random(in: -1...1, using: &generator) }
      }
    }
    return .constant(ConstantCoefficients(slopes: rows(), intercepts: rows()))
  }

  /// Every kind of change.
  enum Kind: String, CaseIterable { case constants, noIntercepts, firstFunction, uniformAttention }

  private func change(_ kind: Kind, _ site: ActivationSite, using generator: inout SeededGenerator) -> SiteChange {
    switch kind {
    case .constants: constants(site, using: &generator)
    case .noIntercepts: .noIntercepts
    case .firstFunction: .firstFunction
    case .uniformAttention: .uniformAttention
    }
  }

  @Test("With any change at any site, taps and logits equal the reference's", arguments: Kind.allCases)
  func equalsReference(_ kind: Kind) throws {
    var changedLogits = 0
    // Without a maximum the network is one of lines, whose means cancel: rounding weighs more in what follows.
    let bound: Float = kind == .firstFunction ? 1e-3 : 1e-4
    for (index, variant) in try Self.variants().enumerated() {
      let sites = variant.shapes.sites.filter {
        kind == .uniformAttention ? $0.activation.attention != nil : $0.activation.hasCoefficients
      }
      var generator = SeededGenerator(seed: UInt64(index))
      let input = generator.image(variant.shapes.input)
      for chosen in [Array(sites.prefix(1)), Array(sites.suffix(1)), sites] where !chosen.isEmpty {
        let changes = Dictionary(
          uniqueKeysWithValues: chosen.map { ($0.id, change(kind, $0, using: &generator)) })
        try Subject(variant: 0, changes: changes).check(variant.shapes.sites)
        let expected = TapRecorder()
        let reference = try ReferenceExecutor(variant.graph, weights: variant.weights, changes: changes)
        let values = reference.values(of: input, image: image, observer: expected)
        let logits = try #require(values[variant.graph.output]).values.map { Float($0) }
        let found = TapRecorder()
        let result = Executor(try Plan(variant, kernels: .best), changes: changes)
          .run(input, image: image, observer: found)
        #expect(relativeError(result.array, logits) <= bound, "\(variant.name)")
        let plain = Executor(try Plan(variant, kernels: .best)).run(input, image: image)
        if plain.array != result.array { changedLogits += 1 }
        for (name, tap) in expected.taps {
          #expect(relativeError(found.taps[name] ?? [], tap) <= bound, "\(variant.name) \(name)")
        }
      }
    }
    #expect(changedLogits > 0)
  }

  @Test("A network beside changed copies gives every one's own logits, bit for bit, whatever image came before")
  func comparison() throws {
    for (index, variant) in try Self.variants().enumerated() {
      let plan = try Plan(variant, kernels: .best)
      var generator = SeededGenerator(seed: UInt64(index) + 100)
      let sites = plan.sites.filter(\.activation.hasCoefficients)
      // Single sites out of order, two at once, all, and none.
      var variations: [[Int: SiteChange]] = sites.reversed().map { [$0.id: constants($0, using: &generator)] }
      variations += [[:], Dictionary(uniqueKeysWithValues: sites.map { ($0.id, .noIntercepts) })]
      if sites.count > 1 { variations.append([sites[0].id: .firstFunction, sites[1].id: .noIntercepts]) }
      let comparison = Comparison(plan, variations: variations)
      for _ in 0..<2 {
        let input = generator.image(plan.input)
        comparison.run(input, image: image) { unchanged, changed in
          #expect(unchanged.array == Executor(plan).run(input, image: image).array, "\(variant.name)")
          for (variation, logits) in zip(variations, changed) {
            let expected = Executor(plan, changes: variation).run(input, image: image).array
            #expect(logits.array == expected, "\(variant.name) \(variation.keys.sorted())")
          }
        }
      }
    }
  }

  @Test("An executor whose changes are replaced forgets those before")
  func replacing() throws {
    let variant = try #require(try Self.variants(["dyrelu-b"]).first)
    let plan = try Plan(variant, kernels: .best)
    var generator = SeededGenerator(seed: 9)
    let input = generator.image(plan.input)
    let executor = Executor(plan)
    let plain = executor.run(input, image: image).array
    executor.changes = PlannedChanges([0: .noIntercepts], of: plan)
    #expect(executor.run(input, image: image).array != plain)
    executor.changes = PlannedChanges([:], of: plan)
    #expect(executor.run(input, image: image).array == plain)
  }

  @Test("A dynamic network with ReLU's constants everywhere is the static network, and an empty change changes no bit")
  func staticIsASpecialCase() throws {
    var compared = 0
    for variant in try Self.variants(["dyrelu-b"]) {
      var generator = SeededGenerator(seed: 5)
      let input = generator.image(variant.shapes.input)
      let plan = try Plan(variant, kernels: .best)
      let relu = Dictionary(
        uniqueKeysWithValues: plan.sites.map { site in
          let rows = (0..<site.activation.functions).map { [Float($0 == 0 ? 1 : 0)] }
          let zeros = rows.map { _ in [Float(0)] }
          return (site.id, SiteChange.constant(ConstantCoefficients(slopes: rows, intercepts: zeros)))
        })
      let recorder = TapRecorder()
      _ = Executor(plan, changes: relu).run(input, image: image, observer: recorder)
      for site in plan.sites where site.activation.functions == 2 && site.activation.attention == nil {
        let (x, y) = (recorder.taps["\(site.node)/x"] ?? [], recorder.taps["\(site.node)/y"] ?? [])
        #expect(!x.isEmpty && y == x.map { max($0, 0) }, "\(variant.name) \(site.node)")
        compared += 1
      }
      let plain = Executor(plan).run(input, image: image).array
      #expect(Executor(plan, changes: [:]).run(input, image: image).array == plain)
    }
    #expect(compared > 0)
  }

  @Test("An executor that stops at a site shows the same taps up to it and none after")
  func stopsEarly() throws {
    for variant in try Self.variants() {
      let plan = try Plan(variant, kernels: .best)
      var generator = SeededGenerator(seed: 6)
      let input = generator.image(plan.input)
      let whole = TapRecorder()
      _ = Executor(plan).run(input, image: image, observer: whole)
      for last in plan.sites {
        let part = TapRecorder()
        let executor = Executor(plan, through: last)
        executor.begin(input, image: image, observer: part)
        executor.finish(observer: part) { _, _ in Issue.record("there is no result") }
        for site in plan.sites where site.id <= last.id {
          for tap in ["x", "y", "slopes", "intercepts"] {
            #expect(
              part.taps["\(site.node)/\(tap)"] == whole.taps["\(site.node)/\(tap)"], "\(variant.name) \(site.node)")
          }
        }
        if let after = plan.sites.last, after.id > last.id { #expect(part.taps["\(after.node)/x"] == nil) }
      }
    }
  }

  @Test("A change that does not fit names the node and what was expected")
  func misfits() throws {
    let sites = try #require(
      try Self.variants(["dyrelu-b"]).map(\.shapes.sites).first {
        $0[0].activation.functions == 2 && $0[0].coefficientChannels > 2
      })
    for (id, slopes, part) in [
      (0, [[1]], "rows"), (0, [[1], [.nan]], "finite"), (0, [[1, 2], [0, 0]], "numbers"), (999, [[1], [0]], "sites"),
    ] as [(Int, [[Float]], String)] {
      let change = SiteChange.constant(ConstantCoefficients(slopes: slopes, intercepts: slopes.map { _ in [0] }))
      #expect {
        try Subject(variant: 0, changes: [id: change]).check(sites)
      } throws: { error in
        "\(error)".contains(part) && (id > 0 || "\(error)".contains(sites[0].node))
      }
    }
  }
}
