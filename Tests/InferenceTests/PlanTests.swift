import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

@Suite struct PlanTests {
  private let image = ImageIdentity(ordinal: 0, key: 0)
  private let place = SitePlace(block: 1, site: "A1")

  private func graph(_ shape: FeatureShape, output: String, _ nodes: [(String, Operation, [String])]) -> Graph {
    Graph(
      nodes: [Node(name: "input", operation: .input(shape), inputs: [])]
        + nodes.map { Node(name: $0.0, operation: $0.1, inputs: $0.2) },
      output: output)
  }

  /// Runs a graph with random weights on every instruction set and compares the output with the reference's.
  private func expectEqual(_ graph: Graph, seed: UInt64 = 1) throws {
    let weights = try randomWeights(graph, seed: seed)
    var generator = SeededGenerator(seed: seed + 1)
    let reference = try ReferenceExecutor(graph, weights: weights)
    let input = generator.image(reference.shapes.input)
    let expected = try #require(reference.values(of: input)[graph.output])
    for instructionSet in InstructionSet.available {
      let plan = try Plan(graph, weights: weights, kernels: try #require(KernelTable.table(for: instructionSet)))
      let found = Executor(plan).run(input, image: image)
      let values =
        expected.shape.positions == 1
        ? found.array : ReferenceMap(found, shape: expected.shape).values.map { Float($0) }
      #expect(relativeError(values, expected.values.map { Float($0) }) <= 1e-5, "\(instructionSet)")
    }
  }

  @Test("padding may differ on all four sides")
  func unequalPadding() throws {
    for groups in [1, 6] {
      let convolution = Convolution(
        outChannels: 6, kernel: Extent2D(height: 3, width: 4), stride: Extent2D(2),
        padding: Padding(top: 0, left: 3, bottom: 2, right: 1), groups: groups, weight: "w", bias: "b")
      try expectEqual(
        graph(
          FeatureShape(height: 8, width: 7, channels: 6), output: "conv",
          [("conv", .convolution(convolution), ["input"])]))
    }
  }

  @Test("grouped convolutions of any kind run", arguments: [1, 2, 3, 4, 6, 12])
  func groups(groups: Int) throws {
    let convolution = Convolution(
      outChannels: 24, kernel: Extent2D(3), padding: Padding(1), groups: groups, weight: "w")
    try expectEqual(
      graph(
        FeatureShape(height: 5, width: 6, channels: 12), output: "conv",
        [("conv", .convolution(convolution), ["input"])]))
  }

  @Test("a normalisation is not folded into a convolution that others read")
  func sharedConvolution() throws {
    let convolution = Operation.convolution(Convolution(outChannels: 5, kernel: Extent2D(1), weight: "w"))
    let normalization = Operation.batchNormalization(
      BatchNormalization(weight: "nw", bias: "nb", mean: "nm", variance: "variance"))
    let shape = FeatureShape(height: 3, width: 3, channels: 4)
    try expectEqual(
      graph(
        shape, output: "sum",
        [("conv", convolution, ["input"]), ("norm", normalization, ["conv"]), ("sum", .add, ["conv", "norm"])]))
    try expectEqual(
      graph(shape, output: "conv", [("conv", convolution, ["input"]), ("norm", normalization, ["conv"])]))
    try expectEqual(
      graph(shape, output: "norm", [("conv", convolution, ["input"]), ("norm", normalization, ["conv"])]))
  }

  @Test("an activation leaves its input alone where something reads it later, and so does a sum")
  func inputsReadLater() throws {
    let relu = Operation.activation(.relu(at: place))
    let dynamic = Operation.activation(DynamicReLU(reduction: 2).activation(channels: 4, at: place, module: "act"))
    let shape = FeatureShape(height: 4, width: 5, channels: 4)
    try expectEqual(
      graph(
        shape, output: "last",
        [
          ("one", relu, ["input"]), ("two", dynamic, ["one"]), ("three", .add, ["one", "two"]),
          ("four", .add, ["two", "two"]), ("five", .add, ["three", "four"]), ("last", .add, ["five", "one"]),
        ]))
    try expectEqual(graph(shape, output: "input", []))
  }

  @Test("a site that nothing reads is shown all the same")
  func unreadSites() throws {
    let graph = graph(
      FeatureShape(height: 2, width: 2, channels: 3), output: "pool",
      [("unread", .activation(.relu(at: place)), ["input"]), ("pool", .globalAveragePool, ["input"])])
    let recorder = TapRecorder()
    let plan = try Plan(graph, weights: Weights([:]), kernels: try KernelTable.best)
    var generator = SeededGenerator(seed: 1)
    let input = generator.image(plan.input)
    let found = Executor(plan).run(input, image: image, observer: recorder)
    #expect(recorder.taps["unread/y"]?.count == 12)
    #expect(abs(found[0] - (input[0] + input[3] + input[6] + input[9]) / 4) < 1e-6)
  }

  @Test("memory is used again: a chain of 100 layers takes that of two maps")
  func memoryIsReused() throws {
    let convolution = Operation.convolution(Convolution(outChannels: 16, kernel: Extent2D(1), weight: "w"))
    var nodes: [(String, Operation, [String])] = []
    for index in 0..<100 { nodes.append(("c\(index)", convolution, [index == 0 ? "input" : "c\(index - 1)"])) }
    let graph = graph(FeatureShape(height: 8, width: 8, channels: 16), output: "c99", nodes)
    let plan = try Plan(graph, weights: try randomWeights(graph, seed: 1), kernels: try KernelTable.best)
    #expect(plan.workerFloats <= 2 * Plan.batch * 8 * 8 * 16)
  }

  @Test("the more a network computes, the fewer images it takes at once")
  func batchSizes() throws {
    for (channels, expected) in [(16, 8), (1024, 7), (2048, 1)] {
      let convolution = Convolution(outChannels: channels, kernel: Extent2D(1), weight: "w")
      let graph = graph(
        FeatureShape(height: 32, width: 32, channels: channels), output: "conv",
        [("conv", .convolution(convolution), ["input"])])
      #expect(try Plan(graph, weights: try randomWeights(graph, seed: 1), kernels: .best).batchSize == expected)
    }
  }

  @Test("a tensor that is missing or misshapen is an error that names node, tensor and shapes")
  func wrongWeights() throws {
    let network = MobileNetV2(width: 0.1, input: FeatureShape(height: 8, width: 8, channels: 1), classes: 2)
    let graph = network.graph()
    let shapes = try GraphShapes(graph).shapes
    let whole = try randomWeights(graph, seed: 1)
    var tensors: [String: WeightTensor] = [:]
    for node in graph.nodes {
      guard let input = node.inputs.first.flatMap({ shapes[$0] }) else { continue }
      for needed in node.operation.weightShapes(input: input) { tensors[needed.name] = whole[needed.name] }
    }
    for name in tensors.keys.sorted() where name.hasPrefix("stem.") || name.hasPrefix("blocks.0.depthwise.") {
      for replacement in [nil, WeightTensor(shape: [2, 3], values: TensorSlice(zeros: 6))] {
        var broken = tensors
        broken[name] = replacement
        let errors = [
          #expect(throws: GraphError.self) { try Plan(graph, weights: Weights(broken), kernels: .best) },
          #expect(throws: GraphError.self) { try ReferenceExecutor(graph, weights: Weights(broken)) },
        ]
        for error in errors {
          #expect(error.map { name.hasPrefix($0.node) && $0.problem.contains(name) } == true, "\(name)")
          if replacement != nil { #expect(error?.problem.contains("[2, 3]") == true) }
        }
      }
    }
  }

  @Test("a network whose maps or weights would take too much memory is an error, not a crash")
  func tooLarge() throws {
    let shape = FeatureShape(height: 4096, width: 4096, channels: 16)
    var nodes: [(String, Operation, [String])] = []
    for index in 0..<4 { nodes.append(("act\(index)", .activation(.relu(at: place)), ["input"])) }
    for index in 1..<4 {
      nodes.append(("sum\(index)", .add, [index == 1 ? "act0" : "sum\(index - 1)", "act\(index)"]))
    }
    #expect(throws: GraphError.self) {
      try Plan(graph(shape, output: "sum3", nodes), weights: Weights([:]), kernels: .best)
    }
    // One channel is padded to 16: a kernel of 2^25 taps fills the packed weights to their limit.
    let kernel = Extent2D(height: 1 << 13, width: (1 << 12) + 1)
    let convolution = Convolution(
      outChannels: 1, kernel: kernel,
      padding: Padding(top: kernel.height - 1, left: 0, bottom: 0, right: kernel.width - 1),
      weight: "w")
    let vast = graph(
      FeatureShape(height: 1, width: 1, channels: 1), output: "conv",
      [("conv", .convolution(convolution), ["input"])])
    let zeros = WeightTensor(
      shape: [1, 1, kernel.height, kernel.width], values: TensorSlice(zeros: kernel.height * kernel.width))
    let error = #expect(throws: GraphError.self) {
      try Plan(vast, weights: Weights(["w": zeros]), kernels: .best)
    }
    #expect(error?.node == "conv")
  }
}
