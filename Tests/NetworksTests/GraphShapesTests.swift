import Networks
import Tensors
import Testing

@Suite struct GraphShapesTests {
  private static let shape = FeatureShape(height: 8, width: 6, channels: 12)
  private static let place = SitePlace(block: 1, site: "A1")

  private func shapes(_ nodes: [(String, Operation, [String])], output: String = "x") throws -> GraphShapes {
    try GraphShapes(
      Graph(
        nodes: [Node(name: "input", operation: .input(Self.shape), inputs: [])]
          + nodes.map { Node(name: $0.0, operation: $0.1, inputs: $0.2) },
        output: output))
  }

  private static func convolution(_ change: (inout Convolution) -> Void = { _ in }) -> Operation {
    var convolution = Convolution(outChannels: 12, kernel: Extent2D(3), padding: Padding(1), weight: "w")
    change(&convolution)
    return .convolution(convolution)
  }

  private static func activation(_ change: (inout Activation) -> Void) -> Operation {
    var activation = Activation.relu(at: place)
    change(&activation)
    return .activation(activation)
  }

  @Test("stride, dilation and padding give PyTorch's output sizes")
  func convolutionSizes() throws {
    let cases: [(Operation, height: Int, width: Int)] = [
      (Self.convolution(), 8, 6),
      (Self.convolution { $0.stride = Extent2D(2) }, 4, 3),
      (Self.convolution { $0.stride = Extent2D(height: 3, width: 5) }, 3, 2),
      (Self.convolution { $0.padding = Padding(0) }, 6, 4),
      (Self.convolution { $0.padding = Padding(top: 2, left: 0, bottom: 0, right: 1) }, 8, 5),
      (Self.convolution { $0.dilation = Extent2D(2) }, 6, 4),
      (
        Self.convolution {
          $0.kernel = Extent2D(height: 8, width: 6); $0.padding = Padding(0)
        }, 1, 1
      ),
    ]
    for (operation, height, width) in cases {
      let output = try shapes([("x", operation, ["input"])]).output
      #expect(output == FeatureShape(height: height, width: width, channels: 12), "\(operation)")
    }
  }

  @Test("poolings give PyTorch's output sizes and keep the channels")
  func poolingSizes() throws {
    let cases: [(Pooling, height: Int, width: Int)] = [
      (Pooling(.maximum, kernel: Extent2D(2)), 4, 3),
      (Pooling(.maximum, kernel: Extent2D(3), stride: Extent2D(2), padding: Padding(1)), 4, 3),
      (Pooling(.maximum, kernel: Extent2D(3), stride: Extent2D(1), dilation: Extent2D(2)), 4, 2),
      (
        Pooling(
          .average(countsPadding: true), kernel: Extent2D(height: 3, width: 2), stride: Extent2D(height: 1, width: 3),
          padding: Padding(top: 0, left: 1, bottom: 1, right: 0)), 7, 2
      ),
    ]
    for (pooling, height, width) in cases {
      let output = try shapes([("x", .pool(pooling), ["input"])]).output
      #expect(output == FeatureShape(height: height, width: width, channels: 12), "\(pooling)")
    }
  }

  @Test("sites are numbered in the order in which they run")
  func sites() throws {
    let relu = Operation.activation(.relu(at: Self.place))
    let sites = try shapes([("a", relu, ["input"]), ("pool", .globalAveragePool, ["a"]), ("x", relu, ["pool"])]).sites
    #expect(sites.map(\.id) == [0, 1] && sites.map(\.node) == ["a", "x"])
    #expect(sites[0].shape == Self.shape && sites[1].shape == FeatureShape(height: 1, width: 1, channels: 12))
  }

  @Test(
    "a node that cannot be computed is named",
    arguments: [
      convolution { $0.groups = 5 }, convolution { $0.groups = 0 }, convolution { $0.outChannels = 0 },
      convolution { $0.stride = Extent2D(0) }, convolution { $0.stride = Extent2D(-1) },
      convolution { $0.dilation = Extent2D(0) }, convolution { $0.padding = Padding(-1) },
      convolution { $0.kernel = Extent2D(11) }, convolution { $0.kernel = Extent2D(Int.max) },
      convolution { $0.dilation = Extent2D(Int.max) }, convolution { $0.padding = Padding(Int.max) },
      convolution { $0.padding = Padding(1 << 16) }, convolution { $0.outChannels = 1 << 40 },
      .batchNormalization(
        BatchNormalization(weight: "w", bias: "b", mean: "m", variance: "v", epsilon: -.infinity)),
      .pool(Pooling(.maximum, kernel: Extent2D(0))), .pool(Pooling(.maximum, kernel: Extent2D(9))),
      .pool(Pooling(.maximum, kernel: Extent2D(2), stride: Extent2D(0))),
      .pool(Pooling(.maximum, kernel: Extent2D(Int.max))),
      .pool(Pooling(.maximum, kernel: Extent2D(2), dilation: Extent2D(Int.max))),
      .pool(Pooling(.maximum, kernel: Extent2D(2), padding: Padding(-1))),
      // Windows that lie in the padding alone: before the map, behind it, and with its taps on both sides.
      .pool(Pooling(.maximum, kernel: Extent2D(2), padding: Padding(2))),
      .pool(
        Pooling(
          .average(countsPadding: true), kernel: Extent2D(1), padding: Padding(top: 0, left: 0, bottom: 0, right: 1))),
      .pool(Pooling(.maximum, kernel: Extent2D(2), padding: Padding(1), dilation: Extent2D(9))),
      .linear(Linear(outFeatures: 3, weight: "w", bias: nil)), .add, .input(shape),
      activation { $0.functions = 0 }, activation { $0.functions = 3 }, activation { $0.functions = Int.max },
      activation { $0.upperBound = .nan }, activation { $0.place.block = -1 },
      activation { $0.coefficients = .constant(slopes: [1, .nan], intercepts: [0, 0]) },
      activation { $0.coefficients = .constant(slopes: [1, 0], intercepts: [0]) },
      activation {
        $0.coefficients = .hyper(
          HyperFunction(functions: 2, hidden: 0, weight1: "a", bias1: "b", weight2: "c", bias2: "d"))
      },
      activation { $0.attention = SpatialAttention(weight: "w", bias: nil, temperature: 0) },
      activation { $0.attention = SpatialAttention(weight: "w", bias: nil, scale: -.infinity) },
    ])
  func impossibleNodes(operation: Operation) {
    let error = #expect(throws: GraphError.self) { try shapes([("x", operation, ["input"])]) }
    #expect(error?.node == "x" && error?.problem.isEmpty == false)
  }

  @Test("names must be unique and known before they are used")
  func names() {
    let pool = Operation.globalAveragePool
    #expect(throws: GraphError(node: "x", problem: "the name is used twice")) {
      try shapes([("x", pool, ["input"]), ("x", pool, ["input"])])
    }
    #expect(throws: GraphError(node: "x", problem: "takes later, which no earlier node is named")) {
      try shapes([("x", pool, ["later"]), ("later", pool, ["input"])])
    }
    #expect(throws: GraphError(node: "nothing", problem: "named as the output, but no such node")) {
      try shapes([("x", pool, ["input"])], output: "nothing")
    }
    #expect(throws: GraphError.self) { try GraphShapes(Graph(nodes: [], output: "")) }
  }

  @Test("sums and products take maps of one shape, or a vector or one channel second")
  func shapesThatMustAgree() throws {
    let column = Operation.convolution(Convolution(outChannels: 1, kernel: Extent2D(1), weight: "w"))
    for operation in [Operation.add, .multiply] {
      let found = try shapes(
        [
          ("pool", .globalAveragePool, ["input"]), ("column", column, ["input"]),
          ("same", operation, ["input", "input"]),
          ("vector", operation, ["input", "pool"]), ("positions", operation, ["input", "column"]),
        ], output: "positions")
      for name in ["same", "vector", "positions"] { #expect(found.shapes[name] == found.input) }
      #expect(
        try shapes([("pool", .globalAveragePool, ["input"]), ("x", operation, ["pool", "input"])]).output
          == found.input)
      let error = #expect(throws: GraphError.self) {
        try shapes([("some", .selectChannels([0, 1]), ["input"]), ("x", operation, ["some", "input"])])
      }
      #expect(error?.problem.contains("takes two maps whose extents are equal or 1") == true)
    }
  }

  @Test("maps of one size join, channels are chosen in any order, and upsampling multiplies extents")
  func channelsAndSizes() throws {
    let found = try shapes(
      [
        ("join", .concatenate(.channels), ["input", "input", "input"]),
        ("some", .selectChannels([1, 0, 1]), ["input"]),
        (
          "up", .upsample(Upsampling(factor: Extent2D(height: 2, width: 3), interpolation: .nearest)), ["input"]
        ),
      ], output: "up")
    let input = found.input
    #expect(
      found.shapes["join"] == FeatureShape(height: input.height, width: input.width, channels: 3 * input.channels))
    #expect(found.shapes["some"] == FeatureShape(height: input.height, width: input.width, channels: 3))
    #expect(found.output == FeatureShape(height: 2 * input.height, width: 3 * input.width, channels: input.channels))
    for operation in [
      Operation.selectChannels([input.channels]), .selectChannels([-1]), .selectChannels([]),
      .upsample(Upsampling(factor: Extent2D(.max), interpolation: .nearest)),
      .upsample(Upsampling(factor: Extent2D(0), interpolation: .nearest)),
    ] {
      #expect(throws: GraphError.self) { try shapes([("x", operation, ["input"])]) }
    }
    #expect(throws: GraphError.self) {
      try shapes([("pool", .globalAveragePool, ["input"]), ("x", .concatenate(.channels), ["input", "pool"])])
    }
  }

  @Test("joins along an axis add its extents, and parts and places must lie within the map")
  func axesAndPlaces() throws {
    func output(_ operation: Operation, _ inputs: [String] = ["input"]) throws -> FeatureShape {
      try shapes([("x", operation, inputs)]).output
    }
    #expect(try output(.concatenate(.rows), ["input", "input"]) == FeatureShape(height: 16, width: 6, channels: 12))
    #expect(try output(.concatenate(.columns), ["input", "input"]) == FeatureShape(height: 8, width: 12, channels: 12))
    let moved = Rearrangement(rows: [.init(row: 7), nil], channels: [.init(column: 0, channel: 11)])
    #expect(try output(.rearrange(moved)) == FeatureShape(height: 2, width: 6, channels: 1))
    #expect(
      try output(.upsample(Upsampling(.size(Extent2D(height: 5, width: 9)), interpolation: .nearest)))
        == FeatureShape(height: 5, width: 9, channels: 12))
    let parts = PartPooling(.maximum, rows: [0..<8, 3..<4], columns: [5..<6])
    #expect(try output(.poolParts(parts)) == FeatureShape(height: 2, width: 1, channels: 12))
    let transposed = TransposedConvolution(
      outChannels: 6, kernel: Extent2D(3), stride: Extent2D(2), padding: Extent2D(1), outputPadding: Extent2D(1),
      groups: 2, weight: "w")
    #expect(try output(.transposedConvolution(transposed)) == FeatureShape(height: 16, width: 12, channels: 6))
    var wrong = [transposed, transposed, transposed, transposed]
    wrong[0].outputPadding = Extent2D(2)
    wrong[1].groups = 5
    wrong[2].padding = Extent2D(20)
    wrong[3].stride = Extent2D(.max)
    for operation in wrong.map(Operation.transposedConvolution) + [
      .rearrange(Rearrangement(rows: [.init(row: 8)])), .rearrange(Rearrangement(rows: [.init(row: -1)])),
      .rearrange(Rearrangement(rows: [.init(row: 4)], columns: [.init(row: 4)])),
      .rearrange(Rearrangement(channels: [])),
      .poolParts(PartPooling(.average, rows: [0..<9], columns: [0..<1])),
      .poolParts(PartPooling(.average, rows: [2..<2], columns: [0..<1])),
      .poolParts(PartPooling(.average, rows: [], columns: [0..<1])),
      .upsample(Upsampling(.size(Extent2D(0)), interpolation: .nearest)),
      .upsample(Upsampling(.size(Extent2D(4)), step: .init(vertical: 0, horizontal: 1), interpolation: .nearest)),
      .upsample(Upsampling(.size(Extent2D(4)), step: .init(vertical: .nan, horizontal: 1), interpolation: .nearest)),
    ] {
      #expect(throws: GraphError.self, "\(operation)") { try output(operation) }
    }
    #expect(throws: GraphError.self) {
      try shapes([("pool", .globalAveragePool, ["input"]), ("x", .concatenate(.rows), ["input", "pool"])])
    }
  }

  @Test("an activation takes as many inputs of the right shape as its kind says")
  func activationInputs() throws {
    let place = SitePlace(block: 1, site: "A1")
    let maxout = Operation.activation(
      Activation(functions: 3, sharing: .allChannels, coefficients: .maximum, place: place))
    #expect(try shapes([("x", maxout, ["input", "input", "input"])]).sites.count == 1)
    #expect(throws: GraphError.self) { try shapes([("x", maxout, ["input", "input"])]) }
    #expect(throws: GraphError.self) {
      try shapes([("pool", .globalAveragePool, ["input"]), ("x", maxout, ["input", "input", "pool"])])
    }
    let given = Operation.activation(
      Activation(functions: 1, sharing: .perChannel, coefficients: .given, place: place))
    let channels = try shapes([("pool", .globalAveragePool, ["input"])], output: "pool").input.channels
    let vector = Operation.selectChannels(Array(repeating: 0, count: 2 * channels))
    let pooled: [(String, Networks.Operation, [String])] = [
      ("pool", .globalAveragePool, ["input"]), ("v", vector, ["pool"]),
    ]
    #expect(try shapes(pooled + [("x", given, ["input", "v"])]).sites[0].activation.isDynamic)
    let error = #expect(throws: GraphError.self) { try shapes(pooled + [("x", given, ["input", "pool"])]) }
    #expect(error?.problem.contains("takes coefficients of shape") == true)
  }
}
