import ModelFiles
import Networks
import Testing
import TinyModels

/// Where an ONNX file has the channels of its image.
struct ONNXLayoutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ tiny: TinyONNX, layout: ImageLayout? = nil) throws -> Model {
    var choice = PreprocessingChoice()
    choice.preset = PreprocessingChoice.Preset.none
    let options = ReadingOptions(layout: layout, preprocessing: choice)
    return try Model.load([folder.write(tiny.bytes, as: "network.onnx")], options: options)
  }

  private func input(_ tiny: TinyONNX, layout: ImageLayout? = nil) throws -> String {
    try load(tiny, layout: layout).variants[0].shapes.input.text
  }

  /// A network that begins with a convolution of `channels`, whose input has this shape.
  private func convolved(_ shape: [Int?], channels: Int) -> TinyONNX {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", shape)]
    let count = 4 * channels * 9
    tiny.tensors[0] = TinyONNX.tensor("conv.weight", [4, channels, 3, 3], (0..<count).map { Float($0 % 7) - 3 })
    return tiny
  }

  /// The same, turned before the convolution.
  private func turned(_ shape: [Int?], channels: Int, _ order: [Int] = [0, 3, 1, 2]) -> TinyONNX {
    var tiny = convolved(shape, channels: channels)
    var turn = TinyONNX.Node("Transpose", ["shifted"], ["turned"], name: "/turn")
    turn.attributes = [TinyONNX.attribute("perm", integers: order)]
    tiny.tensors.append(TinyONNX.tensor("shift", [], [0.5]))
    tiny.nodes[0].inputs[0] = "turned"
    tiny.nodes.insert(
      contentsOf: [TinyONNX.Node("Sub", ["image", "shift"], ["shifted"], name: "/shift"), turn], at: 0)
    return tiny
  }

  @Test("the first layer takes the channels where they are, whatever the extents look like")
  func firstLayer() throws {
    #expect(try input(convolved([1, 4, 9, 3], channels: 4)) == "9×3×4")
    #expect(try input(convolved([1, 2, 9, 1], channels: 2)) == "9×1×2")
    #expect(try input(turned([1, 3, 9, 3], channels: 3)) == "3×9×3")
    #expect(try input(turned([1, 1, 9, 2], channels: 2)) == "1×9×2")
    // Rows and columns exchanged: the channels stay in front.
    #expect(try input(turned([1, 4, 9, 3], channels: 4, [0, 1, 3, 2])) == "9×3×4")
    #expect(try load(convolved([1, 3, 9, 3], channels: 3)).warnings.isEmpty)
  }

  @Test("a shape that is computed of the image does not hide its first layer")
  func shapes() throws {
    var tiny = convolved([1, 4, 9, 3], channels: 4)
    tiny.nodes.insert(TinyONNX.Node("Shape", ["image"], ["sizes"], name: "/sizes"), at: 0)
    #expect(try input(tiny) == "9×3×4")
  }

  @Test("what no layer shows is guessed from the extents, which is said where both may be, or is the user's")
  func guessed() throws {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [1, 4, 9, 3])]
    tiny.nodes = [TinyONNX.Node("Relu", ["image"], ["logits"], name: "/act/Relu")]
    let model = try load(tiny)
    #expect(model.variants[0].shapes.input.text == "4×9×3")
    let words =
      "may have its channels in front or last; they are taken to be last (--layout nchw says the other)"
    #expect(model.warnings.count == 1 && model.warnings[0].hasSuffix(words), "\(model.warnings)")
    let said = try load(tiny, layout: .nchw)
    #expect(said.variants[0].shapes.input.text == "9×3×4" && said.warnings.isEmpty)
    #expect(try input(tiny, layout: .nhwc) == "4×9×3")
  }

  @Test("a model file says its layout itself")
  func modelFiles() throws {
    var bytes: [UInt8] = []
    try TensorFile(load(TinyONNX())).write { bytes += $0 }
    let path = try folder.write(bytes, as: "model.bin")
    let error = #expect(throws: ModelFileError.self) {
      try Model.load([path], options: ReadingOptions(layout: .nchw))
    }
    #expect(error?.problem.contains("--layout go with ONNX files") == true, "\(error?.problem ?? "")")
  }
}
