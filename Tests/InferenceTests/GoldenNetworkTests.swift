import Foundation
import Inference
import KernelInterface
import Kernels
import ModelFiles
import Networks
import Tensors
import Testing

/// Networks and taps that `training/golden.py` wrote with PyTorch in double precision.
@Suite struct GoldenNetworkTests {
  /// Largest difference of any element of a tap, relative to the tap's largest magnitude.
  static let tolerance: Float = 1e-4
  static let families = [
    "dyrelu-a", "dyrelu-b", "dyrelu-c", "static", "whole", "pools", "activations", "operators", "normalizations",
    "maps",
  ]

  private struct Golden {
    let model: Model
    let expected: SafetensorsArchive

    init(_ family: String) throws {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/networks")
      model = try Model.load([folder.appendingPathComponent("\(family).model.bin").path])
      expected = try SafetensorsArchive(path: folder.appendingPathComponent("\(family).expected.safetensors").path)
    }

    func image(_ variant: Variant) throws -> TensorSlice {
      let values = try #require(expected.tensor("\(variant.name)/input")).values.array
      return TensorSlice(values)
    }

    /// Compares every tensor that the file holds for `variant`, and sees that every tap of the run is among them.
    func check(_ variant: Variant, _ recorder: TapRecorder, logits: [Float], by executor: String, tolerance: Float) {
      let found = recorder.taps.merging(["logits": logits]) { first, _ in first }
      var compared = 0
      for name in expected.entries.keys.sorted() where name.hasPrefix("\(variant.name)/") {
        let tap = String(name.dropFirst(variant.name.count + 1))
        guard tap != "input", let tensor = expected.tensor(name) else { continue }
        let error = relativeError(found[tap] ?? [], tensor.values.array)
        #expect(error <= tolerance, "\(executor): \(name) differs by \(error)")
        compared += 1
      }
      let known = variant.shapes.sites.reduce(0) { $0 + $1.activation.writtenCoefficients }
      #expect(compared == 1 + 2 * variant.shapes.sites.count + known)
    }
  }

  @Test("the reference executor gives PyTorch's taps and logits", arguments: families)
  func reference(family: String) throws {
    let golden = try Golden(family)
    for variant in golden.model.variants {
      let executor = try ReferenceExecutor(variant.graph, weights: variant.weights)
      let recorder = TapRecorder()
      let values = executor.values(of: try golden.image(variant), observer: recorder)
      let logits = try #require(values[variant.graph.output]).values.map { Float($0) }
      golden.check(variant, recorder, logits: logits, by: "reference", tolerance: Self.tolerance / 100)
    }
  }

  @Test(
    "the executor gives PyTorch's taps and logits on every instruction set", arguments: families,
    InstructionSet.available)
  func executor(family: String, instructionSet: InstructionSet) throws {
    let golden = try Golden(family)
    for variant in golden.model.variants {
      let plan = try Plan(variant, kernels: try #require(KernelTable.table(for: instructionSet)))
      let recorder = TapRecorder()
      let logits = Executor(plan).run(
        try golden.image(variant), image: ImageIdentity(ordinal: 0, key: 0), observer: recorder)
      golden.check(
        variant, recorder, logits: logits.array, by: instructionSet.rawValue, tolerance: Self.tolerance)
    }
  }

  @Test(
    "neither watching nor a batch changes a bit of any network's result", arguments: families, InstructionSet.available)
  func neutral(family: String, instructionSet: InstructionSet) throws {
    let golden = try Golden(family)
    for variant in golden.model.variants {
      let plan = try Plan(variant, kernels: try #require(KernelTable.table(for: instructionSet)))
      let executor = Executor(plan)
      let (image, identity) = (try golden.image(variant), ImageIdentity(ordinal: 0, key: 0))
      let plain = executor.run(image, image: identity).array.map(\.bitPattern)
      let watched = executor.run(image, image: identity, observer: TapRecorder()).array.map(\.bitPattern)
      #expect(watched == plain, "\(variant.name)")
      let other = TensorSlice(image.array.reversed())
      for index in 0..<plan.batchSize { executor.begin(index % 2 == 0 ? image : other, image: identity) }
      var results: [[UInt32]] = []
      executor.finish { _, logits in results.append(logits.array.map(\.bitPattern)) }
      #expect(results.enumerated().allSatisfy { $0.offset % 2 == 1 || $0.element == plain }, "\(variant.name)")
    }
  }

  @Test("the builder gives the graph that PyTorch's MobileNetV2 was written with, node for node")
  func builder() throws {
    let variant = try #require(try Golden("whole").model.variants.first { $0.name == "mobilenetv2" })
    let network = MobileNetV2(
      width: 0.1, input: variant.shapes.input, classes: variant.shapes.output.channels,
      rectifier: .dynamic(DynamicReLU(reduction: 128)))
    let graph = network.graph(prefix: "mobilenetv2/")
    #expect(graph.nodes.count == variant.graph.nodes.count)
    for (built, written) in zip(graph.nodes, variant.graph.nodes) { #expect(built == written) }
    #expect(graph.output == variant.graph.output)
  }

  @Test("constant activations show their constants, and missing intercepts show β")
  func constants() throws {
    for (family, name) in [("static", "relu"), ("dyrelu-b", "k2-slopes")] {
      let golden = try Golden(family)
      let variant = try #require(golden.model.variants.first { $0.name == name })
      let recorder = TapRecorder()
      let plan = try Plan(variant, kernels: try KernelTable.best)
      _ = Executor(plan).run(try golden.image(variant), image: ImageIdentity(ordinal: 0, key: 0), observer: recorder)
      if family == "static" { #expect(recorder.taps["stem.act/slopes"] == [1, 0]) }
      #expect(recorder.taps["stem.act/intercepts"]?.allSatisfy { $0 == 0 } == true)
    }
  }
}

extension Activation {
  /// How many of slopes, intercepts and attention the golden file holds beside x and y.
  var writtenCoefficients: Int {
    let written =
      switch coefficients {
      case .hyper(let hyper): hyper.hasIntercepts || hyper.initialIntercepts.contains { $0 != 0 } ? 2 : 1
      case .given: 2
      case .parametric: 1
      case .constant, .curve, .maximum: 0
      }
    return written + (attention == nil ? 0 : 1)
  }
}
