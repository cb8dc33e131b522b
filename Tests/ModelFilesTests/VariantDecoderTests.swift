import ModelFiles
import Networks
import Testing
import TinyModels

struct VariantDecoderTests {
  private struct Spoilt: Sendable, CustomTestStringConvertible {
    let piece: String
    let other: String
    let problem: String
    var testDescription: String { problem }

    init(_ piece: String, _ other: String, _ problem: String) {
      self.piece = piece
      self.other = other
      self.problem = problem
    }
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func problem(_ model: TinyModel) throws -> String? {
    let path = try folder.write(model.bytes)
    return #expect(throws: ModelFileError.self) { try Model.load([path]) }?.problem
  }

  private static let descriptions: [Spoilt] = [
    Spoilt(#""format": 1"#, #""format": 2"#, "is of format 2, but this program reads format 1"),
    Spoilt(#""format": 1,"#, "", "the description: format is missing; expected an integer"),
    Spoilt(
      #""format": 1"#, #""format": "1""#,
      #"the description: format: expected an integer from 0 to 9223372036854775807, but it is "1""#),
    Spoilt(#""format": 1"#, #""format": 1, "made": 2"#, #"the description: unknown key "made""#),
    Spoilt(
      #""format": 1"#, #""format": 1, "format": 1"#,
      #"the description under "dyviz" is not valid JSON at byte 14: the key "format" comes twice"#),
    Spoilt(#"[{"name": "tiny""#, #"[3, {"name": "tiny""#, "variant 0: expected an object, but it is 3"),
    Spoilt(#""variants""#, #""networks""#, "the description: variants must be an array of 1 to 64 networks"),
    Spoilt(#""name": "tiny", "#, "", "variant 0: name is missing; expected a string"),
    Spoilt(#""tiny""#, #""""#, "variant 0: name is an empty string"),
    Spoilt(
      #""tiny""#, #""../x""#, #"variant 0: a name has at most 128 bytes, no / and no . in front, but it is "../x""#),
    Spoilt(#""tiny""#, #""a\u001b[2J""#, #"variant 0: name holds control characters: "a\u{1b}[2J""#),
    Spoilt(#""tiny""#, #""a\u202eb""#, #"variant 0: name holds control characters: "a\u{202e}b""#),
    Spoilt(#"], "output""#, #"], "size": 1, "output""#, #"variant "tiny": unknown key "size""#),
    Spoilt(#""output": "classifier","#, "", #"variant "tiny": output is missing; expected a string"#),
    Spoilt(
      #""output": "classifier""#, #""output": "x""#,
      #"variant "tiny": node x: named as the output, but no such node"#),
    Spoilt(#""labels": ["a", "#, #""labels": ["#, #"variant "tiny": has 2 labels, but the output is 1×1×3"#),
    Spoilt(
      #""labels": ["a""#, #""labels": ["b""#,
      #"variant "tiny": the classes 0 and 1 are both called "b"; labels tell classes apart"#),
    Spoilt(
      #"["a", "b", "c"]"#, "[\"caf\u{E9}\", \"b\", \"cafe\u{301}\"]",
      "variant \"tiny\": the classes 0 and 2 are both called \"cafe\u{301}\"; labels tell classes apart"),
    Spoilt(#""labels": ["a""#, "\"labels\": [\"\u{FEFF}\"", #"variant "tiny": labels is an empty string"#),
    Spoilt(#""labels": ["a""#, #""labels": [1"#, #"variant "tiny": labels: expected a string, but it is 1"#),
    Spoilt(#""labels": ["a""#, #""labels": ["\n""#, #"variant "tiny": labels holds control characters: "\u{a}""#),
    Spoilt(#""output": "classifier""#, #""output": "pool""#, #"variant "tiny": has 3 labels, but the output is 1×1×2"#),
  ]

  private static let nodes: [Spoilt] = [
    Spoilt(#"{"name": "conv", "#, "{", #"variant "tiny", node 1: name is missing; expected a string"#),
    Spoilt(#""operator": "add", "#, "", #"variant "tiny", node "add": operator is missing; expected a string"#),
    Spoilt(#"{"name": "pool""#, #"7, {"name": "pool""#, #"variant "tiny", node 6: expected an object, but it is 7"#),
    Spoilt(
      #""operator": "add""#, #""operator": "sub""#,
      #"variant "tiny", node "add": unknown operator "sub"; expected input, convolution, mixed_convolution, "#
        + "transposed_convolution, batch_normalization, activation, add, multiply, divide, minimum, greater, greater_equal, keep, drop, "
        + "concatenate, select_channels, rearrange, upsample, global_average_pool, max_pool, average_pool or linear"),
    Spoilt(
      #""out_channels": 2, "#, #""out_channels": 2, "padded": 1, "#,
      #"variant "tiny", node "conv": unknown key "padded""#),
    Spoilt(
      #""out_channels": 2"#, #""out_channels": 2.0"#,
      #"variant "tiny", node "conv": out_channels: expected an integer from 1 to 65536, but it is 2.0"#),
    Spoilt(
      #""kernel": [3, 3]"#, #""kernel": 3"#,
      #"variant "tiny", node "conv": kernel: expected 2 integers from 1 to 65536, but it is 3"#),
    Spoilt(
      #""kernel": [3, 3]"#, #""kernel": [3, 0]"#,
      #"variant "tiny", node "conv": kernel: expected 2 integers from 1 to 65536, but it is 0"#),
    Spoilt(
      #""kernel": [3, 3],"#, "",
      #"variant "tiny", node "conv": kernel is missing; expected 2 integers from 1 to 65536"#),
    Spoilt(
      #""padding": [1, 1, 1, 1]"#, #""padding": [1, 1]"#,
      #"variant "tiny", node "conv": padding: expected 4 integers from 0 to 65536, but it is an array of 2"#),
    Spoilt(
      #""padding": [1, 1, 1, 1]"#, #""padding": [1, 1, 1, -1]"#,
      #"variant "tiny", node "conv": padding: expected 4 integers from 0 to 65536, but it is -1"#),
    Spoilt(
      #""weight": "conv.weight""#, #""weight": null"#,
      #"variant "tiny", node "conv": weight is missing; expected a string"#),
    Spoilt(
      #""inputs": ["act", "relu"]"#, #""inputs": ["act"]"#,
      #"variant "tiny": node add: takes 2 inputs, but 1 are given"#),
    Spoilt(
      #""inputs": ["act", "relu"]"#, #""inputs": ["act", "pool"]"#,
      #"variant "tiny": node add: takes pool, which no earlier node is named"#),
    Spoilt(
      #""inputs": ["act", "relu"]"#, #""inputs": "act""#,
      #"variant "tiny", node "add": inputs: expected an array of strings, but it is "act""#),
    Spoilt(
      #""height": 5"#, #""height": 0"#,
      #"variant "tiny", node "input": height: expected an integer from 1 to 65536, but it is 0"#),
    Spoilt(
      #""height": 5, "width": 4"#, #""height": 65536, "width": 65536"#,
      #"variant "tiny": node input: its shape would be 65536x65536x1 (height, width, channels)"#),
    Spoilt(#""name": "relu""#, #""name": "conv""#, #"variant "tiny": node conv: the name is used twice"#),
    Spoilt(
      #""out_features": 3"#, #""out_features": -3"#,
      #"variant "tiny", node "classifier": out_features: expected an integer from 1 to 65536, but it is -3"#),
  ]

  private static let activations: [Spoilt] = [
    Spoilt(
      #""gate": "2*sigmoid-1""#, #""gate": "tanh""#,
      #"variant "tiny", node "act", hyper: gate: expected one of "2*sigmoid-1", "2*hard_sigmoid-1", "sigmoid", "#
        + #""hard_sigmoid", but it is "tanh""#),
    Spoilt(
      #""hidden": 1"#, #""hidden": 1, "dynamic_functions": 3"#,
      #"variant "tiny", node "act", hyper: dynamic_functions: expected an integer from 1 to 2, but it is 3"#),
    Spoilt(
      #""hidden": 1"#, #""hidden": 1, "inner": "relu""#,
      #"variant "tiny", node "act", hyper: inner: expected one of "hard_swish", "hard_sigmoid", "silu", "gelu", "#
        + #""gelu_tanh", "sigmoid", "tanh", "elu", "mish", "softplus", but it is "relu""#),
    Spoilt(#""gate": "2*sigmoid-1", "#, "", #"variant "tiny", node "act", hyper: gate is missing; expected a string"#),
    Spoilt(
      #""row_order": "blocked","#, "", #"variant "tiny", node "act", hyper: row_order is missing; expected a string"#),
    Spoilt(
      #""row_order": "blocked""#, #""row_order": "mixed""#,
      #"variant "tiny", node "act", hyper: row_order: expected one of "blocked", "interleaved", but it is "mixed""#),
    Spoilt(
      #""hidden": 1"#, #""hidden": 1, "slopes": [1]"#, #"variant "tiny", node "act", hyper: unknown key "slopes""#),
    Spoilt(
      #""hyper": {"#, #""slopes": [1, 0], "hyper": {"#,
      #"variant "tiny", node "act": has both slopes and hyper; an activation is one of them"#),
    Spoilt(
      #""slopes": [1, 0], "#, "",
      #"variant "tiny", node "relu": what is it? expected one of slopes, negative_slope, hyper, coefficients, curve, "#
        + "maximum"),
    Spoilt(
      #""slopes": [1, 0], "intercepts": [0, 0]"#, #""curve": "swish""#,
      #"variant "tiny", node "relu": functions: a curve has no linear functions, but it is 2"#),
    Spoilt(
      #""slopes": [1, 0]"#, #""slopes": [1]"#,
      #"variant "tiny", node "relu": slopes: expected an array of 2 numbers, but it is an array of 1"#),
    Spoilt(
      #""slopes": [1, 0]"#, #""slopes": [1, 1e60]"#,
      #"variant "tiny", node "relu": slopes: expected an array of 2 numbers, but it is 1e60"#),
    Spoilt(
      #""upper_bound": 6"#, #""upper_bound": -1"#,
      #"variant "tiny": node relu: the upper bound must be finite and not below 0"#),
    Spoilt(
      #""slopes": [1, 0], "intercepts": [0, 0]"#, #""negative_slope": "classifier.bias""#,
      #"variant "tiny", node "relu", negative_slope: expected shape [1], but tensor "classifier.bias" has [3]"#),
    Spoilt(
      #""slopes": [1, 0], "intercepts": [0, 0]"#, #""coefficients": "given""#,
      #"variant "tiny", node "relu": coefficients: expected "input", but it is "given""#),
    Spoilt(
      #""slopes": [1, 0], "intercepts": [0, 0]"#, #""coefficients": "input""#,
      #"variant "tiny": node relu: takes 2 inputs, but 1 are given"#),
    Spoilt(
      #""upper_bound": 6"#, #""upper_bound": "6""#,
      #"variant "tiny", node "relu": upper_bound: expected a number, but it is "6""#),
    Spoilt(
      #""functions": 2"#, #""functions": 0"#,
      #"variant "tiny", node "act": functions: expected an integer from 1 to 16, but it is 0"#),
    Spoilt(
      #""functions": 2"#, #""functions": 17"#,
      #"variant "tiny", node "act": functions: expected an integer from 1 to 16, but it is 17"#),
    Spoilt(
      #""sharing": "channel""#, #""sharing": "none""#,
      #"variant "tiny", node "act": sharing: expected "all" or "channel", but it is "none""#),
    Spoilt(
      #""block": 1"#, #""block": -1"#,
      #"variant "tiny", node "act": block: expected an integer from 0 to 9999, but it is -1"#),
    Spoilt(
      #""site": "A2""#, #""site": "A1""#,
      #"variant "tiny", node "relu": block 1, site "A1" is also the place of node "act""#),
    Spoilt(
      #""attention": {"#, #""attention": {"tau": 10, "#, #"variant "tiny", node "act", attention: unknown key "tau""#),
    Spoilt(
      #""bias": "act.attention.bias""#, #""bias": null, "temperature": 0"#,
      #"variant "tiny": node act: the attention's temperature and scale must be above 0"#),
    Spoilt(
      #""hyper": {"#, #""hyper": 1, "x": {"#, #"variant "tiny", node "act", hyper: expected an object, but it is 1"#),
  ]

  private static let preprocessings: [Spoilt] = [
    Spoilt(#""preprocessing""#, #""processing""#, #"variant "tiny": preprocessing is missing; expected an object"#),
    Spoilt(
      #""mean": [0.5]"#, #""mean": [0.5, 0.5]"#,
      #"variant "tiny", preprocessing: mean: expected an array of 1 number, but it is an array of 2"#),
    Spoilt(
      #""deviation": [0.25]"#, #""deviation": [0]"#,
      #"variant "tiny", preprocessing: deviation must be above 0, but it is [0.0]"#),
    Spoilt(#""crop": {"#, #""flip": 1, "crop": {"#, #"variant "tiny", preprocessing: unknown key "flip""#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""crop": {"height": 3}"#,
      #"variant "tiny", preprocessing, crop: width is missing; expected an integer"#),
    Spoilt(
      #""crop": {"height": 3"#, #""crop": {"height": 5"#,
      #"variant "tiny", preprocessing: gives 5x4 before padding, but the network's input, 5×4×1, leaves 3x4"#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"height": 4, "width": 4}"#,
      #"variant "tiny", preprocessing: gives 4x4 before padding, but the network's input, 5×4×1, leaves 3x4"#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"shorter_side": 4}"#,
      #"variant "tiny", preprocessing: resize and padding give a shorter side of 4, but the network's input leaves 3x4"#
    ),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"shorter_side": 0}"#,
      #"variant "tiny", preprocessing, resize: shorter_side: expected an integer from 1 to 65536, but it is 0"#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"shorter_side": 3, "height": 3}"#,
      #"variant "tiny", preprocessing, resize: unknown key "height""#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"shorter_side": 3, "interpolation": "lanczos"}"#,
      #"variant "tiny", preprocessing, resize: interpolation: expected "bilinear" or "bicubic", but it is "lanczos""#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"height": 3, "width": 4, "interpolation": 3}"#,
      #"variant "tiny", preprocessing, resize: interpolation: expected "bilinear" or "bicubic", but it is 3"#),
    Spoilt(
      #""crop": {"height": 3, "width": 4}"#, #""resize": {"interpolation": "bicubic"}"#,
      #"variant "tiny", preprocessing, resize: height is missing; expected an integer"#),
    Spoilt(
      #""padding": [1, 0, 1, 0]"#, #""padding": [3, 0, 2, 0]"#,
      #"variant "tiny", preprocessing: the padding leaves nothing of the network's input, 5×4×1"#),
    Spoilt(
      #""preprocessing": {"channels": 1"#, #""preprocessing": {"channels": 2"#,
      #"variant "tiny", preprocessing: mean: expected an array of 2 numbers, but it is an array of 1"#),
    Spoilt(
      #""preprocessing": {"channels": 1"#, #""preprocessing": {"channels": 17"#,
      #"variant "tiny", preprocessing: channels: expected an integer from 1 to 16, but it is 17"#),
    Spoilt(
      #""channels": 1, "height": 5"#, #""channels": 3, "height": 5"#,
      #"variant "tiny", node "conv", weight: expected shape [2, 3, 3, 3], but tensor "conv.weight" has [2, 1, 3, 3]"#),
  ]

  @Test(
    "a description that breaks a rule is refused, with the key, what was expected and what came",
    arguments: descriptions)
  private func spoiltDescription(spoilt: Spoilt) throws {
    #expect(try problem(TinyModel().replacing(spoilt.piece, with: spoilt.other)) == spoilt.problem)
  }

  @Test("a node that breaks a rule is refused by name", arguments: nodes)
  private func spoiltNode(spoilt: Spoilt) throws {
    #expect(try problem(TinyModel().replacing(spoilt.piece, with: spoilt.other)) == spoilt.problem)
  }

  @Test("an activation that breaks a rule is refused by name", arguments: activations)
  private func spoiltActivation(spoilt: Spoilt) throws {
    #expect(try problem(TinyModel().replacing(spoilt.piece, with: spoilt.other)) == spoilt.problem)
  }

  @Test("preprocessing that does not give the network's input is refused", arguments: preprocessings)
  private func spoiltPreprocessing(spoilt: Spoilt) throws {
    #expect(try problem(TinyModel().replacing(spoilt.piece, with: spoilt.other)) == spoilt.problem)
  }

  @Test(
    "preprocessing that can give the network's input is accepted",
    arguments: [
      #""resize": {"height": 3, "width": 4}"#, #""resize": {"shorter_side": 3}"#, #""resize": null"#,
      #""resize": {"shorter_side": 100}, "crop": {"height": 3, "width": 4}"#,
    ])
  func goodPreprocessing(steps: String) throws {
    let model = TinyModel().replacing(#""crop": {"height": 3, "width": 4}"#, with: steps)
    let path = try folder.write(model.bytes)
    #expect(throws: Never.self) { try Model.load([path]) }
  }

  @Test(
    "a resize is bilinear unless it says bicubic, and the description names its filter",
    arguments: [
      (#""shorter_side": 3"#, Preprocessing.Interpolation.bilinear, "shorter side to 3 bilinear"),
      (#""shorter_side": 3, "interpolation": "bilinear""#, .bilinear, "shorter side to 3 bilinear"),
      (#""shorter_side": 3, "interpolation": null"#, .bilinear, "shorter side to 3 bilinear"),
      (#""shorter_side": 3, "interpolation": "bicubic""#, .bicubic, "shorter side to 3 bicubic"),
      (#""interpolation": "bicubic", "height": 3, "width": 4"#, .bicubic, "resize to 3×4 bicubic"),
    ])
  func interpolation(resize: String, expected: Preprocessing.Interpolation, words: String) throws {
    let model = TinyModel().replacing(#""crop": {"height": 3, "width": 4}"#, with: "\"resize\": {\(resize)}")
    let loaded = try Model.load([try folder.write(model.bytes)])
    #expect(loaded.variants[0].preprocessing.interpolation == expected)
    #expect(ModelDescription(loaded).lines.contains { $0.contains("preprocessing  grey, \(words), ") })
  }

  @Test("every tensor that a node names must be there")
  func missingTensors() throws {
    for tensor in TinyModel().archive.tensors {
      var model = TinyModel()
      model.archive.tensors.removeAll { $0.name == tensor.name }
      let text = try problem(model)
      #expect(text?.hasSuffix(": the file holds no tensor \"\(tensor.name)\"") == true)
    }
  }

  @Test("every tensor must have the shape that its node needs")
  func wrongShapes() throws {
    for tensor in TinyModel().archive.tensors {
      let model = TinyModel().changing(tensor.name) { $0.shape += [1] }
      let text = try problem(model)
      #expect(
        text?.hasSuffix("expected shape \(tensor.shape), but tensor \"\(tensor.name)\" has \(tensor.shape + [1])")
          == true)
    }
  }

  @Test("weights of other types are refused by name")
  func wrongTypes() throws {
    let model = TinyModel().changing("classifier.bias") { $0.type = "I32" }
    #expect(
      try problem(model)
        == #"variant "tiny", node "classifier", bias: tensor "classifier.bias" is I32, but weights are F32, F16 or BF16"#
    )
  }

  @Test("a tensor cannot be used in two row orders")
  func twoOrders() throws {
    let model = TinyModel(rowOrder: "interleaved").changing("act.fc2.bias") { _ in }
      .replacing(#""bias1": "act.fc1.bias""#, with: #""bias1": "act.fc2.bias""#)
      .replacing(#""hidden": 1"#, with: #""hidden": 8"#)
      .changing("act.fc1.weight") {
        $0.shape = [8, 2]
        $0.bytes = Array(repeating: 0, count: 64)
      }
      .changing("act.fc2.weight") {
        $0.shape = [8, 8]
        $0.bytes = Array(repeating: 0, count: 256)
      }
    #expect(
      try problem(model)
        == #"variant "tiny", node "act", bias2: takes the rows of tensor "act.fc2.bias" channel by channel, 4 each "#
        + #"(row_order interleaved), but node "act" in the order in which they stand"#)
  }

  @Test("a tensor of interleaved rows is no other layer's")
  func orderOfAnotherLayer() throws {
    let model = TinyModel(rowOrder: "interleaved")
      .replacing(#""weight2": "act.fc2.weight""#, with: #""weight2": "act.fc2.weight""#)
      .replacing(#""out_features": 3"#, with: #""out_features": 8"#)
      .replacing(#""bias": "classifier.bias""#, with: #""bias": "act.fc2.bias""#)
      .replacing(#"["a", "b", "c"]"#, with: "null")
      .changing("classifier.weight") {
        $0.shape = [8, 2]
        $0.bytes = Array(repeating: 0, count: 64)
      }
    #expect(
      try problem(model)
        == #"variant "tiny", node "classifier", bias: takes the rows of tensor "act.fc2.bias" in the order in which they "#
        + #"stand, but node "act" channel by channel, 4 each (row_order interleaved)"#)
  }

  @Test("a file without a description is refused")
  func noDescription() throws {
    let path = try folder.write(TinyModel().archive.archive)
    #expect(
      throws: ModelFileError(file: path, problem: #"holds tensors but no network: __metadata__ has no key "dyviz""#)
    ) {
      try Model.load([path])
    }
  }

  @Test("a description that is no JSON, or no object, is refused")
  func noObject() throws {
    var model = TinyModel()
    model.description = "{"
    #expect(
      try problem(model) == #"the description under "dyviz" is not valid JSON at byte 1: expected a key in quotes"#)
    model.description = "[]"
    #expect(try problem(model) == "the description: expected an object, but it is an array of 0")
    model.description = #"{"format": 1, "variants": []}"#
    #expect(try problem(model) == "the description: variants must be an array of 1 to 64 networks")
    model.description = String(repeating: "[", count: 1_000_000)
    #expect(try problem(model)?.hasSuffix("nested deeper than 32") == true)
  }

  @Test("two variants of one name are refused")
  func twoNames() throws {
    let model = TinyModel()
    let variant = try #require(
      model.description.firstIndex(of: "[").map { model.description[$0...].dropFirst().dropLast(2) })
    #expect(try problem(model.replacing("]}]}", with: "]}, \(variant)]}")) == #"two variants are called "tiny""#)
  }
}
