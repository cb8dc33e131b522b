import Foundation
import ModelFiles
import Networks
import Testing
import TinyModels

/// ONNX files that are right, and what is said of those that are not.
struct ONNXFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static var options: ReadingOptions {
    var choice = PreprocessingChoice()
    choice.preset = PreprocessingChoice.Preset.none
    return ReadingOptions(preprocessing: choice)
  }

  private func load(_ bytes: [UInt8], _ options: ReadingOptions = options) throws -> Variant {
    try Model.load([folder.write(bytes, as: "network.onnx")], options: options).variants[0]
  }

  private func problem(_ bytes: [UInt8], _ options: ReadingOptions = options) throws -> String {
    let path = try folder.write(bytes, as: "network.onnx")
    let error = #expect(throws: ModelFileError.self) { try Model.load([path], options: options) }
    #expect(error?.file == path)
    return error?.problem ?? ""
  }

  private func load(_ change: (inout TinyONNX) -> Void) throws -> Variant {
    var tiny = TinyONNX()
    change(&tiny)
    return try load(tiny.bytes)
  }

  private func problem(_ spoil: (inout TinyONNX) -> Void) throws -> String {
    var tiny = TinyONNX()
    spoil(&tiny)
    return try problem(tiny.bytes)
  }

  @Test("a network is read with its names, weights and places")
  func valid() throws {
    let variant = try load(TinyONNX().bytes)
    #expect(variant.name == "network")
    #expect(variant.graph.nodes.map(\.name) == ["input", "conv", "layer1.0.act", "pool", "fc"])
    #expect(variant.weights["fc.weight"]?.values.array == (0..<8).map { Float($0) })
    // A module that holds an activation and no layer is no block.
    #expect(variant.shapes.sites.map(\.place) == [SitePlace(block: 0, site: "layer1.0.act")])
    #expect(variant.shapes.sites[0].activation.blockName == nil)
  }

  @Test("IR 3 and later and opsets 7 to 28 are read", arguments: [(3, 7), (4, 9), (10, 22), (14, 28)])
  func versions(ir: Int, opset: Int) throws {
    var tiny = TinyONNX()
    (tiny.irVersion, tiny.opset) = (ir, opset)
    #expect(try load(tiny.bytes).shapes.sites.count == 1)
  }

  @Test("weights may be F32, F16 or BF16, in any of their fields")
  func types() throws {
    let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7BFF]
    let packed = halves.flatMap { ProtoWriter.varint(UInt64($0)) }
    let fields: [(type: Int, field: Int, data: [UInt8], values: [Float])] = [
      (1, 4, ArchiveWriter.bytes([Float(1.5), -2, 0, 3].map(\.bitPattern)), [1.5, -2, 0, 3]),
      (10, 9, ArchiveWriter.bytes(halves), [1, -2, 0x1p-24, 65504]), (10, 5, packed, [1, -2, 0x1p-24, 65504]),
      (16, 9, ArchiveWriter.bytes([UInt16(0x3F80), 0xC000, 0, 0x4040]), [1, -2, 0, 3]),
      (11, 10, ArchiveWriter.bytes([1.5, -2, 0, 3].map(\.bitPattern)), [1.5, -2, 0, 3]),
    ]
    for (type, field, data, values) in fields {
      var tiny = TinyONNX()
      tiny.tensors[1] = TinyONNX.tensor("conv.bias", [4], type: type, field: field, data)
      #expect(try load(tiny.bytes).weights["conv.bias"]?.values.array == values)
    }
  }

  @Test("an image's open size is the user's, and a fixed one is the file's")
  func sizes() throws {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [nil, 3, nil, nil])]
    #expect(try problem(tiny.bytes) == "leaves the images' size open; say it, as in --input 224 or --input 192x256")
    var options = Self.options
    options.input = Extent2D(height: 9, width: 7)
    #expect(try load(tiny.bytes, options).shapes.input.text == "9×7×3")
    #expect(try problem(TinyONNX().bytes, options) == "is for images of 6x5, but --input says 9x7")
  }

  @Test("of a file for several images at once each is taken by itself, and that is said")
  func severalImages() throws {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [8, 3, 6, 5])]
    let model = try Model.load([folder.write(tiny.bytes, as: "network.onnx")], options: Self.options)
    #expect(model.variants[0].shapes.input.text == "6×5×3")
    #expect(model.warnings.count == 1)
    #expect(model.warnings[0].hasSuffix("is for 8 images at once, of which each is taken by itself"))
  }

  @Test("inputs have 1 to 16 channels, in front or behind; those of images are looked for first")
  func channels() throws {
    let shapes: [([Int?], String)] = [
      ([1, 4, 6, 5], "6×5×4"), ([1, 6, 5, 3], "6×5×3"), ([1, 2, 6, 16], "6×16×2"), ([nil, 40, 5, 4], "40×5×4"),
    ]
    for (shape, text) in shapes {
      var tiny = TinyONNX()
      tiny.inputs = [TinyONNX.input("image", shape)]
      tiny.nodes = [TinyONNX.Node("Relu", ["image"], ["logits"], name: "/act/Relu")]
      #expect(try load(tiny.bytes).shapes.input.text == text)
    }
  }

  @Test("initializers may be inputs as well, and an output is chosen by its name")
  func choices() throws {
    var tiny = TinyONNX()
    tiny.inputs.append(TinyONNX.input("fc.bias", [2]))
    tiny.outputs.append("pooled")
    let path = try folder.write(tiny.bytes, as: "network.onnx")
    var options = Self.options
    let first = try Model.load([path], options: options)
    #expect(first.variants[0].graph.output == "fc")
    #expect(first.warnings.count == 1)
    options.logits = "pooled"
    #expect(try Model.load([path], options: options).variants[0].graph.output == "pool")
    options.logits = "scores"
    #expect(
      try problem(tiny.bytes, options) == #"has no output "scores" (--logits); there are "logits", "pooled""#)
  }

  @Test("maps of as many positions in other rows and columns meet element by element, moved before")
  func turnedOperands() throws {
    var tiny = TinyONNX()
    tiny.inputs = [TinyONNX.input("image", [nil, 3, 6, 6])]
    tiny.tensors.append(
      TinyONNX.tensor("shape", [4], type: 7, field: 7, [1, 4, 6, 1].flatMap { ProtoWriter.varint($0) }))
    var (down, across) = (
      TinyONNX.Node("ReduceMean", ["act"], ["down"], name: "/down"),
      TinyONNX.Node("ReduceMean", ["act"], ["across"], name: "/across")
    )
    down.attributes = [TinyONNX.attribute("axes", integers: [3])]
    across.attributes = [TinyONNX.attribute("axes", integers: [2])]
    tiny.nodes[2].inputs = ["sum"]
    tiny.nodes.insert(
      contentsOf: [
        down, across, TinyONNX.Node("Reshape", ["across", "shape"], ["turned"], name: "/turn"),
        TinyONNX.Node("Add", ["down", "turned"], ["sum"], name: "/sum"),
      ], at: 2)
    let graph = try load(tiny.bytes).graph
    let sum = try #require(graph.nodes.first { $0.name == "/sum" })
    #expect(Set(sum.inputs) == ["/down", "/sum.elements"])
    let moved = try #require(graph.nodes.first { $0.name == "/sum.elements" })
    #expect(moved.inputs == ["/across"])
    // Row r of the sum takes column r of the means over rows.
    let rows = (0..<6).map { Rearrangement.Place(row: 0, column: $0, channel: 0) }
    let columns = [Rearrangement.Place(row: 0, column: 0, channel: 0)]
    #expect(moved.operation == .rearrange(Rearrangement(rows: rows, columns: columns, channels: nil)))
  }

  @Test("an activation behind shares or a normalisation along rows has the map's own rows and channels")
  func alongRows() throws {
    var tiny = TinyONNX()
    (tiny.opset, tiny.inputs) = (17, [TinyONNX.input("image", [nil, 3, 6, 8])])
    var shares = TinyONNX.Node("Softmax", ["map"], ["shares"], name: "/shares")
    shares.attributes = [TinyONNX.attribute("axis", integer: 2)]
    tiny.nodes[1].inputs = ["shares"]
    tiny.nodes.insert(shares, at: 1)
    let variant = try load(tiny.bytes)
    #expect(variant.shapes.sites.map(\.shape.text) == ["6×8×4"])
  }

  @Test("without a word on preprocessing a file is refused with what to add")
  func preprocessing() throws {
    #expect(
      try problem(TinyONNX().bytes, ReadingOptions())
        == "says nothing of how images become its input; add --preset imagenet (or inception, clip, none), or --mean and --std"
    )
    var options = Self.options
    options.labels = ["cat"]
    #expect(try problem(TinyONNX().bytes, options) == "has the output 1×1×2, but --labels gives 1 names")
    options.labels = ["cat", "dog"]
    options.preprocessing.preset = .imagenet
    options.preprocessing.channelOrder = .bgr
    let variant = try load(TinyONNX().bytes, options)
    #expect(variant.labels == ["cat", "dog"])
    #expect(variant.preprocessing.mean == [0.485, 0.456, 0.406])
    #expect(variant.graph.nodes[1].operation == .selectChannels([2, 1, 0]))
    #expect(variant.graph.nodes[2].inputs == [variant.graph.nodes[1].name])
  }

  @Test("weights in files beside the model are read, and nothing outside its folder")
  func external() throws {
    _ = try folder.write([9, 9] + ArchiveWriter.bytes([Float(1), 2, 3, 4].map(\.bitPattern)), as: "weights.bin")
    func external(_ entries: [(String, String)]) -> TinyONNX {
      var tiny = TinyONNX()
      tiny.tensors[1] = TinyONNX.external("conv.bias", [4], entries)
      return tiny
    }
    let right = [("location", "weights.bin"), ("offset", "2"), ("length", "16")]
    #expect(try load(external(right).bytes).weights["conv.bias"]?.values.array == [1, 2, 3, 4])
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "/etc/passwd")
    let wrong: [([(String, String)], String)] = [
      ([("location", "../weights.bin")], "files of a model lie in its own folder"),
      ([("location", "/etc/passwd")], "files of a model lie in its own folder"),
      ([("location", "link")], "a link that leads out of the model's folder"),
      ([("location", "none.bin")], "which is not there"), ([("offset", "2")], "external_data has no location"),
      ([("location", "weights.bin"), ("offset", "-2")], "is no number of bytes"),
      ([("location", "weights.bin"), ("offset", "99")], "begins at byte 99 of \"weights.bin\", which has 18"),
      ([("location", "weights.bin"), ("length", "99")], "takes 99 bytes from byte 0"),
      ([("location", "weights.bin"), ("length", "8")], "has 8 bytes of data"),
    ]
    for (entries, words) in wrong {
      let problem = try problem(external(entries).bytes)
      #expect(problem.contains(words), "\(problem)")
    }
  }

  private static let spoilt: [(String, @Sendable (inout TinyONNX) -> Void)] = [
    ("is of ONNX's IR version 2, but 3 and later are read", { $0.irVersion = 2 }),
    ("is of opset 29, but 7 to 28 are read", { $0.opset = 29 }), ("is of opset 6", { $0.opset = 6 }),
    ("the graph comes 2 times", { $0.rest = [0x3A, 0] }),
    (
      "node \"/layer1/layer1.0/act/Relu\" (Frobnicate, 2 of 5): the operator is not covered",
      { $0.nodes[1].type = "Frobnicate" }
    ),
    ("of the domain \"com.example\"; only ONNX's own operators are read", { $0.nodes[1].domain = "com.example" }),
    (
      "has a graph inside (\"then_branch\"); loops and branches are not read",
      { tiny in
        tiny.nodes[1].attributes = [
          ProtoWriter.message {
            $0.add(1, text: "then_branch")
            $0.add(6, bytes: [])
            $0.add(20, integer: 5)
          }
        ]
      }
    ),
    ("takes \"logits\", which no node before it gives", { $0.nodes[0].inputs[0] = "logits" }),
    ("takes \"map2\", which no node before it gives", { $0.nodes[1].inputs = ["map2"] }),
    ("takes \"act\", which no node before it gives", { $0.nodes[1].inputs = ["act"] }),
    ("gives \"map\", which something before gives, too", { $0.nodes[1].outputs = ["map"] }),
    ("gives \"image\", which something before gives, too", { $0.nodes[1].outputs = ["image"] }),
    ("input 1 is missing", { $0.nodes[1].inputs = [] }),
    ("takes 1 inputs, but 2 are expected", { $0.nodes[1].type = "Greater" }),
    ("has two initializers called \"conv.bias\"", { $0.tensors.append($0.tensors[1]) }),
    ("has 12 bytes of data", { $0.tensors[1] = TinyONNX.tensor("conv.bias", [4], [1, 2, 3]) }),
    ("its bias has shape [3], but [4] is expected", { $0.tensors[1] = TinyONNX.tensor("conv.bias", [3], [1, 2, 3]) }),
    ("cannot have the shape", { $0.tensors[1] = TinyONNX.tensor("conv.bias", [1 << 40, 1 << 40], []) }),
    ("cannot have the shape", { $0.tensors[1] = TinyONNX.tensor("conv.bias", [-4], [1, 2, 3, 4]) }),
    ("has 9 dimensions", { $0.tensors[1] = TinyONNX.tensor("conv.bias", [Int](repeating: 1, count: 9), [1]) }),
    (
      "is of data type 17 (8-bit floats), which is not read",
      { $0.tensors[1] = TinyONNX.tensor("conv.bias", [4], type: 17, field: 9, [1, 2, 3, 4]) }
    ),
    (
      "float_data has 5 bytes, which are no numbers of 4 bytes",
      { $0.tensors[1] = TinyONNX.tensor("conv.bias", [1], type: 1, field: 4, [1, 2, 3, 4, 5]) }
    ),
    (
      "a number is cut off",
      { $0.tensors[1] = TinyONNX.tensor("conv.bias", [1], type: 10, field: 5, [0x80, 0x80]) }
    ),
    (
      "a number has more than 64 bits",
      {
        $0.tensors[1] = TinyONNX.tensor(
          "conv.bias", [1], type: 10, field: 5, [UInt8](repeating: 0xFF, count: 10) + [1])
      }
    ),
    ("has 2 inputs (\"image\", \"mask\")", { $0.inputs.append(TinyONNX.input("mask", [1])) }),
    ("has no input", { $0.inputs = [] }),
    ("has 17 channels; inputs of 1 to 16 are read", { $0.inputs = [TinyONNX.input("image", [1, 17, 20, 30])] }),
    ("four dimensions are expected", { $0.inputs = [TinyONNX.input("image", [1, 3])] }),
    ("is of no floating-point type", { $0.inputs = [TinyONNX.input("image", [1, 3, 6, 5], type: 2)] }),
    ("is out of range", { $0.inputs = [TinyONNX.input("image", [1, 3, 1 << 40, 5])] }),
    ("has no output", { $0.outputs = [] }), ("is computed by no node", { $0.outputs = ["image"] }),
    (
      "kernel, stride, dilation, groups or padding out of range",
      { $0.nodes[0].attributes.append(TinyONNX.attribute("group", integer: 0)) }
    ),
    (
      "pads [1, 1]: four numbers from 0 to 65536 are expected",
      { $0.nodes[0].attributes = [TinyONNX.attribute("pads", integers: [1, 1])] }
    ),
    (
      "the attribute \"pads\" comes twice", { $0.nodes[0].attributes += $0.nodes[0].attributes }
    ),
  ]

  @Test("what is wrong is said with node or tensor", arguments: spoilt.indices)
  func refused(index: Int) throws {
    let (words, spoil) = Self.spoilt[index]
    let problem = try problem(spoil)
    #expect(problem.contains(words), "\(problem)")
  }

  @Test("a file that ends early is refused at every length")
  func cut() throws {
    let bytes = TinyONNX().bytes
    for length in stride(from: 1, to: bytes.count, by: 7) {
      let path = try folder.write(Array(bytes.prefix(length)), as: "network.onnx")
      #expect(throws: ModelFileError.self) { try Model.load([path], options: Self.options) }
    }
  }

  @Test("messages that are nested without end are stepped over, not followed")
  func nested() throws {
    var deep: [UInt8] = []
    for _ in 0..<3000 { deep = ProtoWriter.message { $0.add(18, bytes: deep) } }
    var tiny = TinyONNX()
    tiny.rest = ProtoWriter.message { $0.add(20, bytes: deep) }
    #expect(try load(tiny.bytes).shapes.sites.count == 1)
  }

  @Test("text that steers terminals does not come through")
  func outsideText() throws {
    var tiny = TinyONNX()
    tiny.nodes[1].name = "/a/b\u{1B}[2Jc/Relu"
    #expect(try load(tiny.bytes).graph.nodes.allSatisfy { !$0.name.contains("\u{1B}") })
    tiny.nodes[1].type = "X\u{1B}[2J"
    #expect(try !problem(tiny.bytes).contains("\u{1B}"))
  }
}
