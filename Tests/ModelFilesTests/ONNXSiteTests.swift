import ModelFiles
import Networks
import Testing
import TinyModels

/// Which maps and functions the activations of an ONNX file are.
struct ONNXSiteTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A convolution with a map of 6 x 5 x 4, and these nodes behind it, from "map" to "logits".
  private func load(_ nodes: [TinyONNX.Node], tensors: [[UInt8]] = []) throws -> Model {
    var choice = PreprocessingChoice()
    choice.preset = PreprocessingChoice.Preset.none
    var tiny = TinyONNX()
    tiny.tensors += tensors
    tiny.nodes = [tiny.nodes[0]] + nodes
    return try Model.load(
      [folder.write(tiny.bytes, as: "network.onnx")], options: ReadingOptions(preprocessing: choice))
  }

  private func sites(_ nodes: [TinyONNX.Node], tensors: [[UInt8]] = []) throws -> [String] {
    try load(nodes, tensors: tensors).variants[0].shapes.sites.map { "\($0.shape.text) \($0.activation.kind)" }
  }

  private func node(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [[UInt8]] = []
  ) -> TinyONNX.Node {
    var node = TinyONNX.Node(type, inputs, [output], name: "/\(type)")
    node.attributes = attributes
    return node
  }

  private static let numbers = [
    TinyONNX.tensor("zero", [], [0]), TinyONNX.tensor("three", [], [3]), TinyONNX.tensor("six", [], [6]),
  ]

  @Test("an activation behind a pixel shuffle has the shuffled map, however the shuffle is written")
  func pixelShuffles() throws {
    let block = TinyONNX.attribute("blocksize", integer: 2)
    #expect(
      try sites([node("DepthToSpace", ["map"], "wide", [block]), node("Relu", ["wide"], "logits")])
        == ["12×10×1 ReLU"])
    func shape(_ name: String, _ extents: [Int]) -> [UInt8] {
      TinyONNX.tensor(
        name, [extents.count], type: 7, field: 7, extents.flatMap { ProtoWriter.varint(UInt64($0)) })
    }
    let nodes = [
      node("Reshape", ["map", "inner"], "parts"),
      node("Transpose", ["parts"], "turned", [TinyONNX.attribute("perm", integers: [0, 1, 4, 2, 5, 3])]),
      node("Reshape", ["turned", "outer"], "wide"), node("Sigmoid", ["wide"], "share"),
      node("Mul", ["wide", "share"], "logits"),
    ]
    let shapes = [shape("inner", [1, 1, 2, 2, 6, 5]), shape("outer", [1, 1, 12, 10])]
    #expect(try sites(nodes, tensors: shapes) == ["12×10×1 SiLU"])
  }

  @Test("an activation between two transpositions has the map of the convolution")
  func channelsLast() throws {
    let nodes = [
      node("Transpose", ["map"], "last", [TinyONNX.attribute("perm", integers: [0, 2, 3, 1])]),
      node("Relu", ["last"], "act"),
      node("Transpose", ["act"], "logits", [TinyONNX.attribute("perm", integers: [0, 3, 1, 2])]),
    ]
    let variant = try load(nodes).variants[0]
    #expect(variant.shapes.sites.map(\.shape.text) == ["6×5×4"])
    #expect(variant.graph.nodes.count == 3)
  }

  @Test("ReLU6 of a sum is what the file says, but where it is part of a hard sigmoid or HardSwish")
  func shiftedBounds() throws {
    let sum = [node("Add", ["map", "three"], "sum"), node("Clip", ["sum", "zero", "six"], "bound")]
    let plain = try load(sum + [node("GlobalAveragePool", ["bound"], "logits")], tensors: Self.numbers).variants[0]
    #expect(plain.shapes.sites.map(\.activation.kind) == ["ReLU6"])
    let site = plain.shapes.sites[0]
    #expect(site.activation.upperBound == 6)
    let below = try #require(plain.graph.nodes.first { $0.name == site.node }?.inputs.first)
    let shifts = try #require(plain.graph.nodes.first { $0.name == below })
    guard case .batchNormalization(let norm) = shifts.operation else {
      Issue.record("\(below) is \(shifts.operation)")
      return
    }
    #expect(plain.weights[norm.weight]?.values.array == [1, 1, 1, 1])
    #expect(plain.weights[norm.bias]?.values.array == [3, 3, 3, 3])
    let gate = sum + [node("Div", ["bound", "six"], "logits")]
    #expect(try sites(gate, tensors: Self.numbers) == ["6×5×4 hard sigmoid"])
    let swish = sum + [node("Mul", ["map", "bound"], "product"), node("Div", ["product", "six"], "logits")]
    #expect(try sites(swish, tensors: Self.numbers) == ["6×5×4 h-swish"])
  }

  @Test("the smallest of channels is no activation, the largest is a Maxout")
  func extremes() throws {
    let axes = TinyONNX.attribute("axes", integers: [1])
    #expect(try sites([node("ReduceMax", ["map"], "logits", [axes])]) == ["6×5×1 Maxout"])
    #expect(try sites([node("ReduceMin", ["map"], "logits", [axes])]) == [])
  }

  @Test("of a LogSoftmax that ends a network its input is the output, which is said")
  func logarithms() throws {
    let model = try load([
      node("Relu", ["map"], "act"),
      node("ReduceMean", ["act"], "mean", [TinyONNX.attribute("axes", integers: [2, 3])]),
      node("LogSoftmax", ["mean"], "logits", [TinyONNX.attribute("axis", integer: 1)]),
    ])
    #expect(model.variants[0].graph.output == "/ReduceMean")
    #expect(model.warnings.count == 1)
    #expect(model.warnings[0].hasSuffix("what it takes is the output: the same shares, without their logarithms"))
  }
}
