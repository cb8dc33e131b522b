import ModelFiles
import Networks
import Testing
import TinyModels

/// Convolutions whose kernels are computed for each image, and weights that are read again.
struct ONNXKernelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ tiny: TinyONNX) throws -> Model {
    var choice = PreprocessingChoice()
    choice.preset = PreprocessingChoice.Preset.none
    return try Model.load(
      [folder.write(tiny.bytes, as: "network.onnx")], options: ReadingOptions(preprocessing: choice))
  }

  /// Two shares of a mean, and two kernels of 1,300 x 51 numbers: more than a vector may have.
  private static let (outputs, inputs) = (1300, 51)
  private static var kernels: [Float] { (0..<2 * outputs * inputs).map { Float($0 % 101) / 64 - Float($0 % 17) } }

  private func mixed(_ last: [TinyONNX.Node], kernels shape: [Int]) -> TinyONNX {
    var tiny = TinyONNX()
    let (outputs, inputs) = (Self.outputs, Self.inputs)
    tiny.tensors = [
      TinyONNX.tensor("conv.weight", [inputs, 3, 1, 1], (0..<inputs * 3).map { Float($0 % 5) - 2 }),
      TinyONNX.tensor("route.weight", [inputs, 2], (0..<inputs * 2).map { Float($0 % 3) / 8 }),
      TinyONNX.tensor("kernels", shape, Self.kernels),
      integers("shape", [outputs, inputs, 1, 1]), integers("spread", [2, 1, 1, 1, 1]), integers("axes", [0]),
    ]
    tiny.nodes = [
      TinyONNX.Node("Conv", ["image", "conv.weight"], ["map"], name: "/conv"),
      TinyONNX.Node("GlobalAveragePool", ["map"], ["pooled"], name: "/pool"),
      TinyONNX.Node("Flatten", ["pooled"], ["flat"], name: "/flat"),
      TinyONNX.Node("MatMul", ["flat", "route.weight"], ["shares"], name: "/route"),
    ]
    return tiny.followed(by: last + [TinyONNX.Node("Conv", ["map", "kernel"], ["logits"], name: "/mixed")])
  }

  private func integers(_ name: String, _ numbers: [Int]) -> [UInt8] {
    TinyONNX.tensor(
      name, [numbers.count], type: 7, field: 7, numbers.flatMap { ProtoWriter.varint(UInt64($0)) })
  }

  private func expectMixture(_ tiny: TinyONNX) throws {
    let variant = try load(tiny).variants[0]
    let node = try #require(variant.graph.nodes.last)
    guard case .mixedConvolution(let mixed) = node.operation else {
      Issue.record("the last node is \(node.operation)")
      return
    }
    #expect(mixed.kernels == 2 && node.inputs == ["conv", "route"])
    let weight = try #require(variant.weights[mixed.convolution.weight])
    #expect(weight.shape == [2, Self.outputs, Self.inputs, 1, 1])
    #expect(weight.values.array == Self.kernels)
  }

  @Test("kernels of more numbers than a vector may have are mixed by a product with a matrix")
  func largeKernels() throws {
    let shape = [2, Self.outputs * Self.inputs]
    let reshape = TinyONNX.Node("Reshape", ["product", "shape"], ["kernel"], name: "/kernel")
    try expectMixture(
      mixed([TinyONNX.Node("MatMul", ["shares", "kernels"], ["product"], name: "/mix"), reshape], kernels: shape))
    try expectMixture(
      mixed([TinyONNX.Node("Gemm", ["shares", "kernels"], ["product"], name: "/mix"), reshape], kernels: shape))
  }

  @Test("a sum of kernels, each times its share, is the same mixture")
  func sums() throws {
    let nodes = [
      TinyONNX.Node("Reshape", ["shares", "spread"], ["factors"], name: "/spread"),
      TinyONNX.Node("Mul", ["factors", "kernels"], ["products"], name: "/weighted"),
      TinyONNX.Node("ReduceSum", ["products", "axes"], ["sum"], name: "/sum"),
      TinyONNX.Node("Reshape", ["sum", "shape"], ["kernel"], name: "/kernel"),
    ]
    try expectMixture(mixed(nodes, kernels: [2, Self.outputs, Self.inputs, 1, 1]))
  }

  @Test(
    "a vector that is too long is refused where it is no kernel, and so are products of kernels that are not summed")
  func refused() throws {
    var tiny = mixed(
      [TinyONNX.Node("MatMul", ["shares", "kernels"], ["kernel"], name: "/mix")],
      kernels: [2, Self.outputs * Self.inputs])
    tiny.nodes[tiny.nodes.count - 1] = TinyONNX.Node("Identity", ["kernel"], ["logits"], name: "/same")
    let long = #expect(throws: ModelFileError.self) { try load(tiny) }
    #expect(long?.problem.contains("gives 66300 numbers, which are no convolution's kernel") == true)
    tiny = mixed(
      [
        TinyONNX.Node("Reshape", ["shares", "spread"], ["factors"], name: "/spread"),
        TinyONNX.Node("Mul", ["factors", "kernels"], ["kernel"], name: "/weighted"),
      ], kernels: [2, Self.outputs, Self.inputs, 1, 1])
    tiny.nodes[tiny.nodes.count - 1] = TinyONNX.Node("Identity", ["kernel"], ["logits"], name: "/same")
    let products = #expect(throws: ModelFileError.self) { try load(tiny) }
    #expect(products?.problem.contains("of more dimensions than a map has") == true, "\(products?.problem ?? "")")
  }

  @Test("weights of a file that changed after it was opened are told so, when it is run and when it is written")
  func changed() throws {
    var tiny = TinyONNX()
    tiny.tensors[2] = TinyONNX.tensor("fc.weight", [300, 4], (0..<1200).map { Float($0) })
    tiny.tensors[3] = TinyONNX.tensor("fc.bias", [300], (0..<300).map { Float($0) })
    let model = try load(tiny)
    let weights = model.variants[0].weights
    #expect(weights["fc.weight"]?.values[1199] == 1199)
    tiny.tensors[2] = TinyONNX.tensor("fc.weight", [300, 4], (0..<1200).map { Float($0 + 1) })
    // In place, as a copy over it is written.
    _ = try folder.write(tiny.bytes, as: "network.onnx")
    #expect(weights["fc.weight"] == nil && weights["fc.bias"] != nil)
    #expect(
      TensorFile(model).problem
        == "it needs the tensor fc.weight, which cannot be read again: the file has changed since it was opened")
  }
}

extension TinyONNX {
  /// The same with further nodes.
  fileprivate func followed(by nodes: [Node]) -> TinyONNX {
    var tiny = self
    tiny.nodes += nodes
    return tiny
  }
}
