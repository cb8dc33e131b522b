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

  @Test("With constants by channel and segment at any site, taps and logits equal the reference's")
  func equalsReference() throws {
    for (index, variant) in try Self.variants().enumerated() {
      let sites = variant.shapes.sites.filter(\.activation.hasCoefficients)
      var generator = SeededGenerator(seed: UInt64(index))
      let input = generator.image(variant.shapes.input)
      for chosen in [Array(sites.prefix(1)), Array(sites.suffix(1)), sites] where !chosen.isEmpty {
        let changes = Dictionary(
          uniqueKeysWithValues: chosen.map { ($0.id, constants($0, using: &generator)) })
        try Subject(variant: 0, changes: changes).check(variant.shapes.sites)
        let expected = TapRecorder()
        let reference = try ReferenceExecutor(variant.graph, weights: variant.weights, changes: changes)
        let values = reference.values(of: input, image: image, observer: expected)
        let logits = try #require(values[variant.graph.output]).values.map { Float($0) }
        let found = TapRecorder()
        let result = Executor(try Plan(variant, kernels: .best), changes: changes)
          .run(input, image: image, observer: found)
        #expect(relativeError(result.array, logits) <= 1e-4, "\(variant.name)")
        for (name, tap) in expected.taps {
          #expect(relativeError(found.taps[name] ?? [], tap) <= 1e-4, "\(variant.name) \(name)")
        }
      }
    }
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
