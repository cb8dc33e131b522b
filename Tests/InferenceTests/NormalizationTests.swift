import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

/// Normalisations by a map's own statistics and softmax, held against the reference executor and against plain numbers.
@Suite struct NormalizationTests {
  private static let shapes = [(5, 4, 19), (1, 1, 19), (9, 9, 16), (13, 17, 6), (4, 3, 1)].map {
    FeatureShape(height: $0.0, width: $0.1, channels: $0.2)
  }

  private func convolution(_ channels: Int, weight: String) -> Networks.Operation {
    .convolution(Convolution(outChannels: channels, kernel: Extent2D(1), weight: weight, bias: weight + "b"))
  }

  private func dynamic(_ channels: Int) -> Networks.Operation {
    .activation(
      DynamicReLU(reduction: 2).activation(
        channels: channels, at: SitePlace(block: 1, site: "A1"), module: "act"))
  }

  @Test("normalisations of every kind, with and without scale and shift, in place and not")
  func normalizations() throws {
    for shape in Self.shapes {
      let channels = shape.channels
      // Of a single value nothing is left but rounding.
      let groups = Set([1, shape.positions == 1 ? 1 : channels, channels % 2 == 0 ? channels / 2 : 1])
      let kinds: [Normalization.Kind] =
        [.layer(isCentred: true), .layer(isCentred: false), .response(addsInput: true), .response(addsInput: false)]
        + groups.map { .group($0) }
      for kind in kinds {
        for (weight, bias) in [(nil, nil), ("n", nil), ("n", "nb")] as [(String?, String?)] {
          let normalization = Networks.Operation.normalization(
            Normalization(kind, epsilon: 1e-3, weight: weight, bias: bias))
          try expectEqualToReference(
            shape,
            [
              ("conv", convolution(channels, weight: "c"), ["input"]), ("norm", normalization, ["conv"]),
              ("act", dynamic(channels), ["norm"]), ("last", convolution(7, weight: "l"), ["act"]),
            ], "\(kind), \(shape)")
          // Its input is read again behind it.
          try expectEqualToReference(
            shape, [("norm", normalization, ["input"]), ("sum", .add, ["norm", "input"])], "\(kind), \(shape)")
        }
      }
    }
  }

  @Test("softmax over positions, over all channels and over parts of them")
  func softmax() throws {
    for shape in Self.shapes + [FeatureShape(height: 3, width: 3, channels: 36)] {
      let parts = [1, 2, 3, 18].filter { shape.channels.isMultiple(of: $0) }
      for axis in [SoftmaxAxis.positions, .channels(parts: nil)] + parts.map({ .channels(parts: $0) }) {
        try expectEqualToReference(
          shape,
          [
            ("norm", .normalization(Normalization(.layer(isCentred: true))), ["input"]),
            ("softmax", .softmax(axis), ["norm"]), ("product", .multiply, ["norm", "softmax"]),
            ("pool", .globalAveragePool, ["product"]),
          ], "\(axis), \(shape)")
      }
    }
  }

  @Test("a mean far from 0 costs no more than the rounding of the map itself", arguments: InstructionSet.available)
  func offset(instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 16, width: 16, channels: 24)
    for kind in [Normalization.Kind.layer(isCentred: true), .group(1), .group(24)] {
      let graph = Graph(
        nodes: [
          Node(name: "input", operation: .input(shape), inputs: []),
          Node(name: "norm", operation: .normalization(Normalization(kind)), inputs: ["input"]),
        ], output: "norm")
      var generator = SeededGenerator(seed: 3)
      let image = TensorSlice(generator.values(shape.count, mean: 1000, deviation: 1))
      let plan = try Plan(graph, weights: Weights([:]), kernels: try #require(KernelTable.table(for: instructionSet)))
      let found = Executor(plan).run(image, image: ImageIdentity(ordinal: 0, key: 0))
      let reference = try ReferenceExecutor(graph, weights: Weights([:]))
      let wanted = try #require(reference.values(of: image)["norm"])
      let values = ReferenceMap(found, shape: shape).values
      // Values near 1000 are multiples of 2^-14; a deviation of 1 leaves that as it is. Without fused multiply-adds the
      // slope's product and the intercept are rounded there, too.
      #expect(zip(values, wanted.values).allSatisfy { abs($0 - $1) < 0x1p-12 }, "\(kind)")
    }
  }

  @Test("a network that ends in softmax gives its logits to statistics, and its probabilities to taps")
  func logits() throws {
    let shape = FeatureShape(height: 4, width: 4, channels: 3)
    func variant(_ axis: SoftmaxAxis?) throws -> Variant {
      var nodes = [
        Node(name: "input", operation: .input(shape), inputs: []),
        Node(name: "pool", operation: .globalAveragePool, inputs: ["input"]),
      ]
      if let axis { nodes.append(Node(name: "end", operation: .softmax(axis), inputs: ["pool"])) }
      return try Variant(
        name: "v", graph: Graph(nodes: nodes, output: axis == nil ? "pool" : "end"),
        preprocessing: Preprocessing(channels: 3, mean: [0, 0, 0], deviation: [1, 1, 1]), weights: Weights([:]))
    }
    var generator = SeededGenerator(seed: 9)
    let image = generator.image(shape)
    func output(_ plan: Plan) -> [Float] { Executor(plan).run(image, image: ImageIdentity(ordinal: 0, key: 0)).array }
    let plain = output(try Plan(variant(nil), kernels: .best))
    for axis in [SoftmaxAxis.channels(parts: nil), .channels(parts: 3)] {
      #expect(output(try Plan(logitsOf: variant(axis), kernels: .best)) == plain)
      #expect(abs(output(try Plan(variant(axis), kernels: .best)).reduce(0, +) - 1) < 1e-6)
    }
    // Shares of something else are no end of a classifier.
    #expect(output(try Plan(logitsOf: variant(.positions), kernels: .best)) == [1, 1, 1])
  }
}
