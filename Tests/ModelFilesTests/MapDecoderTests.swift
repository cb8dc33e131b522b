import Functions
import ModelFiles
import Networks
import Testing
import TinyModels

/// Nodes that move, sample, pool, join and combine whole maps, in the place of the tiny network's pool (2 channels of
/// 5x4 to a vector) or sum.
struct MapDecoderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(pool keys: String) throws -> Model {
    let model = TinyModel().replacing(#""operator": "global_average_pool""#, with: keys)
    return try Model.load([try folder.write(model.bytes)])
  }

  private func operation(_ keys: String) throws -> Networks.Operation? {
    try load(pool: keys).variants[0].graph.nodes.first { $0.name == "pool" }?.operation
  }

  @Test("a rearrangement's places are numbers, three numbers, or -1 for zeros")
  func rearrangement() throws {
    #expect(
      try operation(#""operator": "rearrange", "rows": [3], "columns": [[1, 2, 0]], "channels": [-1, 1]"#)
        == .rearrange(
          Rearrangement(
            rows: [.init(row: 3)], columns: [.init(row: 1, column: 2)], channels: [nil, .init(channel: 1)])))
  }

  @Test("an interpolation to a size, with steps or without")
  func upsampling() throws {
    #expect(
      try operation(#""operator": "upsample", "size": [1, 1], "interpolation": "nearest_exact", "step": [2.5, 4]"#)
        == .upsample(
          Upsampling(
            .size(Extent2D(1)), step: .init(vertical: 2.5, horizontal: 4), interpolation: .nearestCentre)))
    #expect(
      try operation(#""operator": "upsample", "size": [1, 1], "interpolation": "bilinear", "align_corners": true"#)
        == .upsample(Upsampling(.size(Extent2D(1)), interpolation: .bilinear(alignsCorners: true))))
    #expect(
      try operation(#""operator": "upsample", "size": [1, 1], "interpolation": "bilinear", "offset": [0, -0.5]"#)
        == .upsample(
          Upsampling(
            .size(Extent2D(1)), offset: .init(vertical: 0, horizontal: -0.5),
            interpolation: .bilinear(alignsCorners: false))))
  }

  @Test("pools of parts that are named one by one")
  func parts() throws {
    #expect(
      try operation(#""operator": "max_pool", "rows": [[1, 4]], "columns": [[0, 4]]"#)
        == .poolParts(PartPooling(.maximum, rows: [1..<4], columns: [0..<4])))
    #expect(
      try operation(#""operator": "average_pool", "rows": [[1, 4]], "columns": [[0, 4]]"#)
        == .poolParts(PartPooling(.average, rows: [1..<4], columns: [0..<4])))
  }

  @Test("curves take their factors")
  func scales() throws {
    let own = TinyModel().replacing(#""site": "A2", "functions": 2,"#, with: #""site": "A2","#)
      .replacing(
        #""sharing": "all", "slopes": [1, 0], "intercepts": [0, 0], "upper_bound": 6"#,
        with: #""curve": "elu", "input_scale": 2, "scale": 3, "negative_scale": 0.5"#)
    let sites = try Model.load([try folder.write(own.bytes)]).variants[0].shapes.sites
    #expect(sites[1].activation.scales == CurveScales(input: 2, output: 3, negative: 0.5))
  }

  private static let spoilt: [(keys: String, problem: String)] = [
    (#""operator": "rearrange", "rows": [5], "columns": [0]"#, "takes elements that its 5×4×2 input does not have"),
    (#""operator": "rearrange", "rows": [[4, 0, 0]], "columns": [[1, 0, 0]]"#, "takes elements that its 5×4×2 input"),
    (#""operator": "rearrange", "rows": [[0, 0]], "columns": [0]"#, "rows: expected numbers, or arrays of a row"),
    (#""operator": "rearrange", "rows": [[0, 0, -1]], "columns": [0]"#, "rows: expected numbers, or arrays of a row"),
    (#""operator": "rearrange", "rows": [-2], "columns": [0]"#, "rows: expected numbers, or arrays of a row"),
    (#""operator": "rearrange", "rows": [1e3], "columns": [0]"#, "rows: expected numbers, or arrays of a row"),
    (#""operator": "rearrange", "rows": [], "columns": [0]"#, "rows: expected numbers, or arrays of a row"),
    (#""operator": "rearrange", "rows": [9223372036854775807], "columns": [0]"#, "rows: expected numbers, or arrays"),
    (#""operator": "rearrange", "row": [0]"#, #"unknown key "row""#),
    (
      #""operator": "upsample", "size": [0, 1], "interpolation": "nearest""#,
      "size: expected 2 integers from 1 to 65536, but it is 0"
    ),
    (
      #""operator": "upsample", "size": [65536, 65536], "interpolation": "nearest""#,
      "its shape would be 65536x65536x2"
    ),
    (
      #""operator": "upsample", "size": [1, 1], "factor": [1, 1], "interpolation": "nearest""#, #"unknown key "factor""#
    ),
    (#""operator": "upsample", "factor": [1, 1], "step": [1, 1], "interpolation": "nearest""#, #"unknown key "step""#),
    (
      #""operator": "upsample", "size": [1, 1], "step": [0, 1], "interpolation": "nearest""#,
      "the steps must be finite and above 0"
    ),
    (
      #""operator": "upsample", "size": [1, 1], "offset": [0, 1], "interpolation": "nearest""#,
      "offsets are finite, and of bilinear interpolation without aligned corners alone"
    ),
    (#""operator": "maximum""#, #"unknown operator "maximum""#),
    (
      #""operator": "upsample", "size": [1, 1], "interpolation": "cubic""#,
      "expected nearest, nearest_exact, or bilinear"
    ),
    (
      #""operator": "upsample", "size": [1, 1], "interpolation": "nearest_exact", "align_corners": true"#,
      "expected nearest, nearest_exact, or bilinear"
    ),
    (
      #""operator": "max_pool", "rows": [[0, 6]], "columns": [[0, 4]]"#, "a part is empty or not within its 5×4×2 input"
    ),
    (#""operator": "max_pool", "rows": [[3, 3]], "columns": [[0, 4]]"#, "rows: expected pairs of integers"),
    (#""operator": "max_pool", "rows": [[-1, 3]], "columns": [[0, 4]]"#, "rows: expected pairs of integers"),
    (#""operator": "max_pool", "rows": [[0, 99999999999]], "columns": [[0, 4]]"#, "rows: expected pairs of integers"),
    (#""operator": "max_pool", "rows": [0, 3], "columns": [[0, 4]]"#, "rows: expected pairs of integers"),
    (#""operator": "max_pool", "rows": [[0, 5]]"#, "columns is missing; expected pairs of integers"),
    (
      #""operator": "concatenate", "axis": "depth""#,
      #"axis: expected one of "rows", "columns", "channels", but it is "depth""#
    ),
    (
      #""operator": "transposed_convolution", "out_channels": 2, "kernel": [1, 1], "output_padding": [1, 0], "weight": "conv.weight""#,
      "kernel, stride, dilation, groups or padding out of range"
    ),
    (
      #""operator": "transposed_convolution", "out_channels": 2, "kernel": [3, 3], "groups": 2, "weight": "conv.weight", "padding": [3, 3], "dilation": [65536, 65536]"#,
      "its shape would be"
    ),
    (
      #""operator": "mixed_convolution", "kernels": 65, "out_channels": 2, "kernel": [1, 1], "weight": "conv.weight""#,
      "kernels: expected an integer from 1 to 64, but it is 65"
    ),
    (
      #""operator": "mixed_convolution", "kernels": 2, "out_channels": 2, "kernel": [1, 1], "weight": "conv.weight""#,
      "takes 2 inputs, but 1 are given"
    ),
    (#""operator": "divide""#, "takes 2 inputs, but 1 are given"),
  ]

  @Test("a node that breaks a rule is refused by name", arguments: spoilt.indices)
  private func spoiltNode(index: Int) throws {
    let (keys, problem) = Self.spoilt[index]
    let error = #expect(throws: ModelFileError.self) { try load(pool: keys) }
    #expect(error?.problem.contains(problem) == true, "\(keys): \(error?.problem ?? "")")
    #expect(error?.problem.contains("pool") == true)
  }

  @Test("shares and kernels of a mixed convolution belong together, and two maps must fit")
  func inputs() throws {
    let add = #""operator": "add", "inputs": ["act", "relu"]"#
    for (keys, problem) in [
      (
        #""operator": "mixed_convolution", "kernels": 2, "out_channels": 2, "kernel": [1, 1], "weight": "w", "inputs": ["act", "relu"]"#,
        "mixes 2 kernels, for each of which it takes a share, but 5×4×2 come"
      ),
      (#""operator": "keep", "inputs": ["act", "input"]"#, ""),
    ] {
      let model = TinyModel().replacing(add, with: keys)
      if problem.isEmpty {
        #expect(try Model.load([try folder.write(model.bytes)]).variants.count == 1)
      } else {
        let error = #expect(throws: ModelFileError.self) { try Model.load([try folder.write(model.bytes)]) }
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
      }
    }
  }

  @Test("a curve's factors belong to curves, and none within is 0")
  func spoiltScales() throws {
    let slopes = #""slopes": [1, 0], "intercepts": [0, 0]"#
    let model = TinyModel().replacing(slopes, with: slopes + #", "scale": 2"#)
    let error = #expect(throws: ModelFileError.self) { try Model.load([try folder.write(model.bytes)]) }
    #expect(error?.problem.hasSuffix(#"unknown key "scale""#) == true)
  }
}
