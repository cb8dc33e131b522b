import Functions
import Inference
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

/// Every operator and activation of a graph, held against the reference executor with everything that an observer sees.
@Suite struct OperatorTests {
  typealias Nodes = [(String, Networks.Operation, [String])]
  private let image = ImageIdentity(ordinal: 0, key: 0)

  func convolution(
    _ channels: Int, kernel: Int = 1, groups: Int = 1, stride: Int = 1, weight: String = "w"
  ) -> Networks.Operation {
    .convolution(
      Convolution(
        outChannels: channels, kernel: Extent2D(kernel), stride: Extent2D(stride), padding: Padding(kernel / 2),
        groups: groups, weight: weight, bias: weight + "b"))
  }

  func activation(
    _ coefficients: CoefficientSource, functions: Int = 2, sharing: CoefficientSharing = .perChannel,
    attention: SpatialAttention? = nil, upperBound: Float? = nil, site: String = "A1"
  ) -> Networks.Operation {
    .activation(
      Activation(
        functions: functions, sharing: sharing, coefficients: coefficients, attention: attention,
        upperBound: upperBound, place: SitePlace(block: 1, site: site)))
  }

  private func hyper(_ functions: Int, _ change: (inout HyperFunction) -> Void) -> CoefficientSource {
    var hyper = HyperFunction(
      functions: functions, hidden: 3, weight1: "h1", bias1: "hb1", weight2: "h2", bias2: "hb2")
    change(&hyper)
    return .hyper(hyper)
  }

  /// Runs nodes on every instruction set, watched and not, and compares the output and all taps with the reference's.
  func expectEqual(_ shape: FeatureShape, _ nodes: Nodes, _ comment: Comment = "") throws {
    let graph = Graph(
      nodes: [Node(name: "input", operation: .input(shape), inputs: [])]
        + nodes.map { Node(name: $0.0, operation: $0.1, inputs: $0.2) }, output: nodes[nodes.count - 1].0)
    let weights = try randomWeights(graph, seed: 4)
    var generator = SeededGenerator(seed: 5)
    let reference = try ReferenceExecutor(graph, weights: weights)
    let input = generator.image(shape)
    let expected = TapRecorder()
    let output = try #require(reference.values(of: input, image: image, observer: expected)[graph.output])
    for instructionSet in InstructionSet.available {
      let plan = try Plan(graph, weights: weights, kernels: try #require(KernelTable.table(for: instructionSet)))
      let executor = Executor(plan)
      for observer in [TapRecorder(), nil] {
        let found = executor.run(input, image: image, observer: observer)
        let values =
          output.shape.positions == 1
          ? found.array : ReferenceMap(found, shape: output.shape).values.map { Float($0) }
        #expect(relativeError(values, output.values.map { Float($0) }) <= 1e-5, comment)
        guard let observer else { continue }
        #expect(observer.calls == expected.calls, comment)
        for (name, tap) in expected.taps {
          #expect(relativeError(observer.taps[name] ?? [], tap) <= 1e-5, "\(comment) \(instructionSet) \(name)")
        }
      }
    }
  }

  @Test("curves stand alone, behind a convolution and around a sum", arguments: Curve.allCases)
  func curves(curve: Curve) throws {
    let act = activation(.curve(curve), functions: 0)
    let shape = FeatureShape(height: 5, width: 6, channels: 7)
    try expectEqual(shape, [("act", act, ["input"]), ("conv", convolution(9), ["act"])])
    for groups in [1, 7] {
      try expectEqual(
        shape,
        [
          ("conv", convolution(7, kernel: 3, groups: groups), ["input"]), ("act", act, ["conv"]),
          ("sum", .add, ["act", "input"]), ("pool", .globalAveragePool, ["sum"]),
        ])
    }
    try expectEqual(
      shape, [("conv", convolution(7), ["input"]), ("sum", .add, ["input", "conv"]), ("act", act, ["sum"])])
  }

  @Test("curves take factors, alone and behind a convolution", arguments: [Curve.elu, .softplus, .hardSwish])
  func scaledCurves(curve: Curve) throws {
    let act = Networks.Operation.activation(
      .curve(curve, scales: CurveScales(input: 2, output: 0.75, negative: 1.5), at: SitePlace(block: 1, site: "A1")))
    let shape = FeatureShape(height: 5, width: 6, channels: 7)
    try expectEqual(shape, [("act", act, ["input"]), ("conv", convolution(9), ["act"])])
    try expectEqual(
      shape, [("conv", convolution(9, kernel: 3), ["input"]), ("act", act, ["conv"]), ("sum", .add, ["act", "conv"])])
  }

  @Test("PReLU takes any slopes, one or one for each channel, with bound and attention")
  func parametric() throws {
    let shape = FeatureShape(height: 4, width: 5, channels: 21)
    let attention = SpatialAttention(weight: "aw", bias: "ab", temperature: 2)
    for (sharing, slope) in [
      (CoefficientSharing.perChannel, "slope"), (.allChannels, "slope"), (.perChannel, "steep.variance"),
    ] {
      for (attention, bound) in [(nil, nil), (attention, Float(0.5)), (nil, 0.25)] {
        try expectEqual(
          shape,
          [
            ("conv", convolution(21, kernel: 3), ["input"]),
            (
              "act",
              activation(.parametric(slope: slope), sharing: sharing, attention: attention, upperBound: bound),
              ["conv"]
            ),
          ], "\(sharing) \(slope)")
      }
    }
  }

  @Test("hyper functions take every gate, inner curve and number of computed functions", arguments: Gate.allCases)
  func hyperFunctions(gate: Gate) throws {
    let shape = FeatureShape(height: 5, width: 4, channels: 18)
    for sharing in [CoefficientSharing.perChannel, .allChannels] {
      for functions in 1...3 {
        for dynamic in 1...functions {
          for (hasIntercepts, inner) in [(true, nil), (false, Curve.hardSwish), (true, .sigmoid)] {
            let source = hyper(functions) { hyper in
              hyper.gate = gate
              hyper.dynamicFunctions = dynamic
              hyper.hasIntercepts = hasIntercepts
              hyper.innerCurve = inner
              hyper.initialIntercepts = (0..<functions).map { Float($0) * 0.25 - 0.125 }
            }
            let act = activation(source, functions: functions, sharing: sharing)
            try expectEqual(
              shape, [("conv", convolution(18), ["input"]), ("act", act, ["conv"])],
              "\(gate) \(sharing) \(dynamic) of \(functions)")
          }
        }
      }
    }
  }

  @Test("squeeze-and-excitation is an activation, and its own nodes give the same")
  func squeezeAndExcitation() throws {
    let shape = FeatureShape(height: 6, width: 6, channels: 20)
    let source = hyper(1) { hyper in
      hyper.gate = .hardSigmoid
      hyper.hasIntercepts = false
      hyper.initialSlopes = [0]
    }
    try expectEqual(
      shape,
      [
        ("conv", convolution(20, kernel: 3, groups: 20), ["input"]),
        ("se", activation(source, functions: 1), ["conv"]),
        ("act", activation(.curve(.hardSwish), functions: 0, site: "A2"), ["se"]),
      ])
    try expectEqual(
      shape,
      [
        ("conv", convolution(20, kernel: 3, groups: 20), ["input"]), ("pool", .globalAveragePool, ["conv"]),
        ("fc1", convolution(5, weight: "f1"), ["pool"]),
        ("relu", .activation(.relu(at: SitePlace(block: 1, site: "s"))), ["fc1"]),
        ("fc2", convolution(20, weight: "f2"), ["relu"]),
        ("gate", activation(.curve(.sigmoid), functions: 0), ["fc2"]), ("se", .multiply, ["conv", "gate"]),
        ("after", convolution(9, weight: "after"), ["se"]),
      ])
  }

  @Test("given coefficients are shown and applied, shared and by channel")
  func given() throws {
    let shape = FeatureShape(height: 5, width: 3, channels: 6)
    for sharing in [CoefficientSharing.perChannel, .allChannels] {
      for functions in 1...3 {
        let count = 2 * functions * (sharing == .perChannel ? 6 : 1)
        let act = activation(.given, functions: functions, sharing: sharing, upperBound: functions == 2 ? 0.75 : nil)
        try expectEqual(
          shape,
          [
            ("conv", convolution(6, kernel: 3), ["input"]), ("pool", .globalAveragePool, ["conv"]),
            ("fc", .linear(Linear(outFeatures: count, weight: "fc", bias: "fcb")), ["pool"]),
            ("act", act, ["conv", "fc"]), ("last", convolution(4, weight: "last"), ["act"]),
          ], "\(sharing) K=\(functions)")
      }
    }
    // A vector that is its own coefficients, and coefficients that are there before the convolution.
    try expectEqual(
      FeatureShape(height: 1, width: 1, channels: 4),
      [("act", activation(.given, sharing: .allChannels), ["input", "input"])])
    try expectEqual(
      FeatureShape(height: 1, width: 1, channels: 4),
      [
        ("conv", convolution(5), ["input"]), ("act", activation(.given, sharing: .allChannels), ["conv", "input"]),
      ])
  }

  @Test("Maxout shows its first map and takes the largest of any number", arguments: 1...4)
  func maxout(functions: Int) throws {
    let names = (0..<functions).map { "conv\($0)" }
    let maps = names.map { ($0, convolution(7, kernel: 3, weight: "w" + $0), ["input"]) }
    let act = activation(.maximum, functions: functions)
    try expectEqual(
      FeatureShape(height: 4, width: 5, channels: 3),
      maps + [("act", act, names), ("pool", .globalAveragePool, ["act"]), ("vector", .multiply, ["act", "pool"])])
    try expectEqual(
      FeatureShape(height: 4, width: 5, channels: 3),
      [("act", act, Array(repeating: "input", count: functions)), ("sum", .add, ["act", "input"])])
  }

  @Test("sums and products take maps, vectors and planes")
  func broadcasting() throws {
    for (height, width, channels) in [(5, 4, 19), (1, 1, 19), (5, 4, 1), (9, 9, 16)] {
      for operation in [Networks.Operation.add, .multiply] {
        try expectEqual(
          FeatureShape(height: height, width: width, channels: channels),
          [
            ("pool", .globalAveragePool, ["input"]), ("plane", convolution(1), ["input"]),
            ("other", convolution(channels, kernel: 3, weight: "o"), ["input"]),
            ("vectors", operation, ["other", "pool"]), ("planes", operation, ["vectors", "plane"]),
            ("maps", operation, ["planes", "input"]), ("same", operation, ["maps", "maps"]),
            (
              "norm",
              .batchNormalization(BatchNormalization(weight: "n", bias: "nb", mean: "nm", variance: "variance")),
              ["same"]
            ),
            ("last", convolution(3, weight: "last"), ["norm"]),
          ], "\(height)x\(width)x\(channels)")
      }
    }
  }

  @Test("a sum with broadcasting is not taken along by a convolution, and no sums are asked of it")
  func broadcastingBehindConvolution() throws {
    let dynamic = DynamicReLU(reduction: 2).activation(
      channels: 12, at: SitePlace(block: 1, site: "A2"), module: "act")
    try expectEqual(
      FeatureShape(height: 5, width: 7, channels: 6),
      [
        ("vector", .globalAveragePool, ["input"]), ("early", convolution(12, weight: "e"), ["vector"]),
        ("conv", convolution(12, kernel: 3), ["input"]), ("sum", .add, ["conv", "early"]),
        ("next", convolution(12, kernel: 3, groups: 12, weight: "n"), ["sum"]), ("act", .activation(dynamic), ["next"]),
        ("small", .add, ["act", "early"]), ("pool", .globalAveragePool, ["small"]),
      ])
  }

  @Test("joins, slices and shuffles, with hyper functions behind them")
  func channels() throws {
    let dynamic = DynamicReLU(reduction: 2)
    func site(_ channels: Int, _ name: String) -> Networks.Operation {
      .activation(dynamic.activation(channels: channels, at: SitePlace(block: 1, site: name), module: name))
    }
    try expectEqual(
      FeatureShape(height: 3, width: 5, channels: 5),
      [
        ("wide", convolution(22, kernel: 3), ["input"]),
        ("left", .selectChannels(Array(0..<11)), ["wide"]), ("right", .selectChannels(Array(11..<22)), ["wide"]),
        ("conv", convolution(11, weight: "c"), ["left"]), ("act", site(11, "act"), ["conv"]),
        ("join", .concatenate(.channels), ["act", "input", "right", "input"]),
        ("shuffle", .selectChannels((0..<32).map { $0 % 2 * 16 + $0 / 2 }), ["join"]),
        ("again", site(32, "again"), ["shuffle"]), ("last", convolution(4, weight: "last"), ["again"]),
        ("lastact", site(4, "lastact"), ["last"]), ("alone", .concatenate(.channels), ["lastact"]),
      ])
  }

  @Test("convolutions of every group width, stride, asymmetry and dilation, with dynamic activations behind them")
  func convolutions() throws {
    for (inChannels, outChannels, groups) in [
      (16, 32, 2), (24, 24, 3), (48, 48, 6), (6, 18, 6), (96, 96, 2), (5, 5, 5), (8, 12, 1),
    ] {
      for (kernel, stride, padding, dilation) in [
        (Extent2D(1), Extent2D(2), Padding(0), Extent2D(1)),
        (Extent2D(3), Extent2D(height: 1, width: 3), Padding(top: 2, left: 0, bottom: 1, right: 1), Extent2D(1)),
        (Extent2D(height: 1, width: 5), Extent2D(1), Padding(top: 0, left: 2, bottom: 0, right: 2), Extent2D(1)),
        (Extent2D(height: 5, width: 2), Extent2D(2), Padding(3), Extent2D(height: 2, width: 3)),
        (Extent2D(2), Extent2D(4), Padding(0), Extent2D(1)),
      ] {
        let dynamic = DynamicReLU(reduction: 4).activation(
          channels: outChannels, at: SitePlace(block: 1, site: "A2"), module: "act")
        let options = Convolution(
          outChannels: outChannels, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
          groups: groups, weight: "w", bias: "b")
        try expectEqual(
          FeatureShape(height: 11, width: 9, channels: inChannels),
          [("conv", .convolution(options), ["input"]), ("act", .activation(dynamic), ["conv"])],
          "\(inChannels) to \(outChannels), \(groups) groups, \(kernel), \(stride), \(dilation)")
      }
    }
  }
}
