import Foundation
import ModelFiles
import Networks
import Tensors
import Testing
import TinyModels

struct ModelLoadTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ model: TinyModel) throws -> Model { try Model.load([folder.write(model.bytes)]) }

  @Test("a file becomes a model with graph, preprocessing, labels and weights")
  func valid() throws {
    let model = try load(TinyModel())
    #expect(model.fileName == "model.bin")
    #expect(model.warnings.isEmpty)
    let variant = try #require(model.variants.first)
    #expect(model.variants.count == 1)
    #expect(variant.name == "tiny")
    #expect(variant.labels == ["a", "b", "c"])
    #expect(
      variant.preprocessing
        == Preprocessing(
          channels: 1, crop: Extent2D(height: 3, width: 4), padding: Padding(top: 1, left: 0, bottom: 1, right: 0),
          mean: [0.5], deviation: [0.25]))
    #expect(variant.graph.nodes.map(\.name) == ["input", "conv", "norm", "act", "relu", "add", "pool", "classifier"])
    #expect(variant.shapes.output == FeatureShape(height: 1, width: 1, channels: 3))
    #expect(variant.weights["classifier.weight"]?.shape == [3, 2])
    #expect(variant.weights["classifier.weight"]?.values.array == [1, 2, 3, 4, 5, 6])
    #expect(variant.weights["nothing"] == nil)
  }

  @Test("options that are left out, or null, take the paper's values")
  func defaults() throws {
    for model in [TinyModel(), TinyModel().replacing(#""hidden": 1,"#, with: #""hidden": 1, "slope_range": null,"#)] {
      let variant = try #require(try load(model).variants.first)
      #expect(
        variant.graph.nodes[3].operation
          == .activation(
            Activation(
              functions: 2, sharing: .perChannel,
              coefficients: .hyper(
                HyperFunction(
                  functions: 2, hidden: 1, weight1: "act.fc1.weight", bias1: "act.fc1.bias", weight2: "act.fc2.weight",
                  bias2: "act.fc2.bias")),
              attention: SpatialAttention(weight: "act.attention.weight", bias: "act.attention.bias"),
              place: SitePlace(block: 1, site: "A1"))))
      #expect(
        variant.graph.nodes[4].operation == .activation(.relu(upperBound: 6, at: SitePlace(block: 1, site: "A2"))))
      #expect(
        variant.graph.nodes[1].operation
          == .convolution(
            Convolution(outChannels: 2, kernel: Extent2D(3), padding: Padding(1), weight: "conv.weight")))
    }
  }

  @Test("every option of the format reaches the graph")
  func options() throws {
    let model = TinyModel()
      .replacing(
        #""kernel": [3, 3],"#,
        with: #""kernel": [3, 3], "stride": [1, 1], "dilation": [1, 1], "groups": 1, "bias": null,"#
      )
      .replacing(
        #""hidden": 1,"#,
        with: """
          "hidden": 1, "intercepts": true, "slope_init": [0.5, -1], "intercept_init": [0.25, 2], "slope_range": 3,
          "intercept_range": 4.5,
          """
      )
      .replacing(
        #""bias": "act.attention.bias""#, with: #""bias": "act.attention.bias", "temperature": 7, "scale": 0.5"#
      )
      .replacing(#""bias": "norm.bias","#, with: #""bias": "norm.bias", "epsilon": 0.001,"#)
    let nodes = try #require(try load(model).variants.first).graph.nodes
    guard case .activation(let activation) = nodes[3].operation, case .hyper(let hyper) = activation.coefficients,
      case .batchNormalization(let normalization) = nodes[2].operation
    else {
      Issue.record("the nodes are of other kinds")
      return
    }
    #expect(hyper.initialSlopes == [0.5, -1])
    #expect(hyper.initialIntercepts == [0.25, 2])
    #expect(hyper.slopeRange == 3)
    #expect(hyper.interceptRange == 4.5)
    #expect(activation.attention?.temperature == 7)
    #expect(activation.attention?.scale == 0.5)
    #expect(normalization.epsilon == 0.001)
  }

  @Test("poolings take PyTorch's defaults and every option of the format")
  func poolings() throws {
    let cases: [(String, Pooling)] = [
      (#""max_pool", "kernel": [2, 3]"#, Pooling(.maximum, kernel: Extent2D(height: 2, width: 3))),
      (
        #""max_pool", "kernel": [2, 2], "stride": [1, 3], "padding": [1, 0, 0, 1], "dilation": [2, 1]"#,
        Pooling(
          .maximum, kernel: Extent2D(2), stride: Extent2D(height: 1, width: 3),
          padding: Padding(top: 1, left: 0, bottom: 0, right: 1), dilation: Extent2D(height: 2, width: 1))
      ),
      (#""average_pool", "kernel": [2, 2]"#, Pooling(.average(countsPadding: true), kernel: Extent2D(2))),
      (
        #""average_pool", "kernel": [3, 3], "stride": [1, 1], "padding": [1, 1, 1, 1], "count_padding": false"#,
        Pooling(.average(countsPadding: false), kernel: Extent2D(3), stride: Extent2D(1), padding: Padding(1))
      ),
    ]
    for (text, pooling) in cases {
      let model = TinyModel().replacing(
        #"{"name": "pool", "operator": "global_average_pool", "inputs": ["add"]}"#,
        with: #"{"name": "window", "operator": \#(text), "inputs": ["add"]}, "#
          + #"{"name": "pool", "operator": "global_average_pool", "inputs": ["window"]}"#)
      let variant = try #require(try load(model).variants.first)
      #expect(variant.graph.nodes.first { $0.name == "window" }?.operation == .pool(pooling))
    }
  }

  @Test("rows that stand channel by channel are moved to the order of equation (2)")
  func interleaved() throws {
    let blocked = try #require(try load(TinyModel()).variants.first)
    #expect(blocked.weights["act.fc2.bias"]?.values.array == [0, 10, 20, 30, 40, 50, 60, 70])
    // Rows c0: a1 a2 b1 b2, c1: a1 a2 b1 b2 become a1 (c0 c1), a2, b1, b2.
    let variant = try #require(try load(TinyModel(rowOrder: "interleaved")).variants.first)
    #expect(variant.weights["act.fc2.bias"]?.values.array == [0, 40, 10, 50, 20, 60, 30, 70])
    #expect(variant.weights["act.fc2.weight"]?.shape == [8, 1])
    #expect(variant.weights["act.fc2.weight"]?.values.array == [0, 4, 1, 5, 2, 6, 3, 7])
    #expect(variant.weights["act.fc1.weight"]?.values.array == [1, -1])
  }

  @Test("weights may be F16 and BF16")
  func types() throws {
    let model = TinyModel()
      .changing("classifier.weight") {
        $0.type = "F16"
        $0.bytes = ArchiveWriter.bytes([0x3C00, 0xC000, 0x0001, 0x8000, 0x3555, 0x7BFF] as [UInt16])
      }
      .changing("act.fc1.weight") {
        $0.type = "BF16"
        $0.bytes = ArchiveWriter.bytes([0x3F80, 0xC000] as [UInt16])
      }
    let variant = try #require(try load(model).variants.first)
    #expect(variant.weights["classifier.weight"]?.values.array == [1, -2, 0x1p-24, -0.0, 0.333251953125, 65504])
    #expect(variant.weights["act.fc1.weight"]?.values.array == [1, -2])
  }

  @Test("weights that are not finite and negative variances are warned of, and loaded")
  func warnings() throws {
    let model = TinyModel()
      .changing("act.fc1.bias") { $0.bytes = ArchiveWriter.bytes([Float.nan.bitPattern]) }
      .changing("classifier.weight") {
        $0.type = "F16"
        $0.bytes = ArchiveWriter.bytes([0x7C00, 0xFC00, 0x7E00, 0, 0, 0] as [UInt16])
      }
      .changing("act.fc1.weight") {
        $0.type = "BF16"
        $0.bytes = ArchiveWriter.bytes([0x7F7F, 0xFF80] as [UInt16])
      }
      .changing("classifier.bias") {
        $0.bytes = ArchiveWriter.bytes(
          [.infinity, .greatestFiniteMagnitude, -1].map { (value: Float) in value.bitPattern })
      }
      .changing("norm.running_var") { $0.bytes = ArchiveWriter.bytes([Float(-1), 1].map(\.bitPattern)) }
    let loaded = try load(model)
    let path = folder.path + "/model.bin"
    #expect(
      loaded.warnings == [
        #"\#(path): tensor "norm.running_var": 1 of 2 variances are below 0"#,
        #"\#(path): tensor "act.fc1.weight": 1 of 2 values are NaN or infinite"#,
        #"\#(path): tensor "act.fc1.bias": 1 of 1 values are NaN or infinite"#,
        #"\#(path): tensor "classifier.weight": 3 of 6 values are NaN or infinite"#,
        #"\#(path): tensor "classifier.bias": 1 of 3 values are NaN or infinite"#,
      ])
    #expect(loaded.variants[0].weights["classifier.weight"]?.values[1] == -.infinity)
  }

  @Test("several files are several variants, and names that clash get their file's name")
  func severalFiles() throws {
    let first = try folder.write(TinyModel().bytes, as: "one.bin")
    let second = try folder.write(TinyModel().bytes, as: "two.bin")
    let third = try folder.write(TinyModel(name: "other").bytes, as: "three\u{1B}.bin")
    let model = try Model.load([first, second, third, first])
    #expect(model.fileName == "one.bin, two.bin, three?.bin, one.bin")
    #expect(model.variants.map(\.name) == ["one.bin:tiny", "two.bin:tiny", "other", "one.bin:tiny 2"])
  }

  @Test("files that are called alike are told apart by their folders")
  func filesOfOneName() throws {
    let paths = try ["run1", "run2", "deep/run2"].map { name in
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
      return try folder.write(TinyModel().bytes, as: name + "/model.bin")
    }
    let two = try Model.load(Array(paths[..<2]))
    #expect(two.variants.map(\.name) == ["run1:tiny", "run2:tiny"])
    #expect(two.fileName == "run1/model.bin, run2/model.bin")
    let own = paths[0].split(separator: "/").dropLast(2).last ?? ""
    let three = try Model.load(paths.map { $0.replacing("/run2/", with: "/./run2/../run2/") })
    #expect(three.variants.map(\.name) == ["\(own)/run1:tiny", "\(own)/run2:tiny", "deep/run2:tiny"])
    #expect(try Model.load([paths[0], paths[0]]).variants.map(\.name) == ["model.bin:tiny", "model.bin:tiny 2"])
  }

  @Test("a byte-order mark in front of a label is no part of it")
  func byteOrderMark() throws {
    let model = TinyModel().replacing(#"["a", "b", "c"]"#, with: "[\"\u{FEFF}a\", \"b\", \"c\"]")
    #expect(try load(model).variants[0].labels.map { Array($0.utf8) } == [[0x61], [0x62], [0x63]])
  }

  @Test("a file may hold several variants that share tensors")
  func sharedTensors() throws {
    let model = TinyModel()
    let variant = try #require(
      model.description.firstIndex(of: "[").map { model.description[$0...].dropFirst().dropLast(2) })
    let twice = model.replacing("]}]}", with: "]}, \(variant.replacing("\"tiny\"", with: "\"second\""))]}")
    #expect(try load(twice).variants.map(\.name) == ["tiny", "second"])
  }

  @Test("the first file that is not valid is the one named")
  func failingFile() throws {
    let good = try folder.write(TinyModel().bytes, as: "good.bin")
    let bad = try folder.write([0], as: "bad.bin")
    let error = #expect(throws: ModelFileError.self) { try Model.load([good, bad]) }
    #expect(error?.file == bad)
    #expect(
      error?.description
        == "\(bad): expected a safetensors archive or an ONNX file, but the file has only 1 bytes, and it does not begin "
        + "with a field of an ONNX model")
  }
}
