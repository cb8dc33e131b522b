import ModelFiles
import Networks
import Testing
import TinyModels

/// Normalisations by a map's own statistics and softmax, as a file says them.
struct NormalizationDecoderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The tiny model with a node on its map of two channels.
  private func model(_ keys: String) -> TinyModel {
    TinyModel().replacing(
      #"{"name": "pool", "operator": "global_average_pool", "inputs": ["add"]}"#,
      with: #"{"name": "n", "inputs": ["add"], "# + keys
        + #"}, {"name": "pool", "operator": "global_average_pool", "inputs": ["n"]}"#)
  }

  @Test(
    "keys and defaults are as the page says",
    arguments: [
      (#""operator": "layer_normalization""#, .normalization(Normalization(.layer(isCentred: true), epsilon: 1e-5))),
      (
        #""operator": "layer_normalization", "centred": false, "epsilon": 0.5, "weight": "norm.weight""#,
        .normalization(Normalization(.layer(isCentred: false), epsilon: 0.5, weight: "norm.weight"))
      ),
      (
        #""operator": "group_normalization", "groups": 2, "weight": null, "bias": "norm.bias""#,
        .normalization(Normalization(.group(2), epsilon: 1e-5, bias: "norm.bias"))
      ),
      (
        #""operator": "response_normalization""#,
        .normalization(Normalization(.response(addsInput: true), epsilon: 1e-6))
      ),
      (
        #""operator": "response_normalization", "add_input": false"#,
        .normalization(Normalization(.response(addsInput: false), epsilon: 1e-6))
      ),
      (#""operator": "softmax", "over": "positions""#, .softmax(.positions)),
      (#""operator": "softmax", "over": "channels""#, .softmax(.channels(parts: nil))),
      (#""operator": "softmax", "over": "channels", "parts": 1"#, .softmax(.channels(parts: 1))),
    ] as [(String, Networks.Operation)])
  func keys(_ keys: String, _ expected: Networks.Operation) throws {
    let loaded = try Model.load([try folder.write(model(keys).bytes)])
    #expect(loaded.variants[0].graph.nodes.first { $0.name == "n" }?.operation == expected)
  }

  @Test(
    "what breaks a rule is refused by node and key",
    arguments: [
      (#""operator": "layer_normalization", "groups": 2"#, #", node "n": unknown key "groups""#),
      (
        #""operator": "layer_normalization", "centred": 1"#,
        #", node "n": centred: expected true or false, but it is 1"#
      ),
      (#""operator": "layer_normalization", "epsilon": -1"#, ": node n: epsilon must be finite and not negative"),
      (
        #""operator": "layer_normalization", "weight": "classifier.bias""#,
        #", node "n", weight: expected shape [2], but tensor "classifier.bias" has [3]"#
      ),
      (
        #""operator": "layer_normalization", "bias": "none""#,
        #", node "n", bias: the file holds no tensor "none""#
      ),
      (
        #""operator": "group_normalization""#,
        #", node "n": groups is missing; expected an integer"#
      ),
      (
        #""operator": "group_normalization", "groups": 3"#,
        ": node n: 3 groups do not divide its 5×4×2 input's channels"
      ),
      (
        #""operator": "group_normalization", "groups": 0"#,
        #", node "n": groups: expected an integer from 1 to 65536, but it is 0"#
      ),
      (
        #""operator": "group_normalization", "groups": 1, "epsilon": "small""#,
        #", node "n": epsilon: expected a number, but it is "small""#
      ),
      (#""operator": "response_normalization", "centred": true"#, #", node "n": unknown key "centred""#),
      (#""operator": "softmax""#, #", node "n": over is missing; expected a string"#),
      (
        #""operator": "softmax", "over": "rows""#,
        #", node "n": over: expected "channels" or "positions", but it is "rows""#
      ),
      (
        #""operator": "softmax", "over": "channels", "parts": 4"#,
        ": node n: 4 parts do not divide its 5×4×2 input's channels"
      ),
      (#""operator": "softmax", "over": "positions", "parts": 1"#, #", node "n": unknown key "parts""#),
    ])
  func refused(_ keys: String, _ problem: String) throws {
    let path = try folder.write(model(keys).bytes)
    let error = #expect(throws: ModelFileError.self) { try Model.load([path]) }
    #expect(error?.problem == #"variant "tiny""# + problem)
  }
}
