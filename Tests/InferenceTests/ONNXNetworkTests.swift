import Foundation
import Inference
import KernelInterface
import Kernels
import ModelFiles
import Networks
import Tensors
import Testing

/// Networks that `training/golden_onnx.py` wrote with both of PyTorch's exporters, and what PyTorch computes in double
/// precision.
@Suite struct ONNXNetworkTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden/onnx")
  static let families = [
    "residual", "curves", "lines", "squeeze", "shapes", "turned", "dyrelu-interleaved", "dyrelu-head",
    "dyrelu-detector", "dyrelu-plain", "dyrelu-other", "normalised", "normalised-parts", "shares", "unet", "combined",
    "mixed", "kernel-sum", "forms",
  ]
  static let files = families.flatMap { ["\($0).script", "\($0).dynamo"] } + ["channels-last"]

  /// As a user names a preset; an open size is the fixtures'.
  static var options: ReadingOptions {
    var choice = PreprocessingChoice()
    choice.preset = .imagenet
    return ReadingOptions(input: Extent2D(height: 12, width: 10), preprocessing: choice)
  }

  private func variant(_ file: String) throws -> Variant {
    let path = Self.folder.appendingPathComponent("\(file).onnx").path
    var options = Self.options
    // Of four channels no preset says anything but this one.
    if file.hasPrefix("mixed") { options.preprocessing.preset = PreprocessingChoice.Preset.none }
    // A crop of 7/8 cannot be checked against images that are not square.
    options.preprocessing.crop = Extent2D(height: 12, width: 10)
    return try Model.load([path], options: options).variants[0]
  }

  private func expected(_ file: String) throws -> SafetensorsArchive {
    let family = file.split(separator: ".")[0]
    return try SafetensorsArchive(path: Self.folder.appendingPathComponent("\(family).expected.safetensors").path)
  }

  /// PyTorch's channels, rows and columns as rows, columns and channels.
  private func image(_ expected: SafetensorsArchive, _ variant: Variant) throws -> TensorSlice {
    let values = try #require(expected.tensor("input")).values.array
    let shape = variant.shapes.input
    let image = TensorSlice(AlignedStorage(count: shape.count))
    for channel in 0..<shape.channels {
      for position in 0..<shape.positions {
        image[position * shape.channels + channel] = values[channel * shape.positions + position]
      }
    }
    return image
  }

  @Test("an ONNX file's logits are PyTorch's", arguments: files)
  func logits(file: String) throws {
    let variant = try variant(file)
    let expected = try expected(file)
    let image = try image(expected, variant)
    let wanted = try #require(expected.tensor("logits")).values.array
    let reference = try ReferenceExecutor(variant.graph, weights: variant.weights)
    let values = reference.values(of: image, observer: TapRecorder())
    let exact = try #require(values[variant.graph.output]).values.map { Float($0) }
    #expect(relativeError(exact, wanted) <= 1e-6)
    let plan = try Plan(variant, kernels: try KernelTable.best)
    let logits = Executor(plan).run(image, image: ImageIdentity(ordinal: 0, key: 0), observer: nil)
    #expect(relativeError(logits.array, wanted) <= 1e-4)
  }

  @Test("activations are found by what they compute, and are named by modules", arguments: files)
  func sites(file: String) throws {
    let lines = try variant(file).shapes.sites.map { site in
      "\(site.place.block) \(site.activation.blockName ?? "-") \(site.place.site) \(site.node): \(site.activation.kind)"
    }
    let text = lines.joined(separator: "\n") + "\n"
    let golden = Self.folder.appendingPathComponent("\(file).sites.txt")
    if ProcessInfo.processInfo.environment["DYVIZ_UPDATE_GOLDEN"] != nil {
      try Data(text.utf8).write(to: golden)
    }
    #expect(text == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
  }

  @Test("what is converted and written is read as the same", arguments: files)
  func written(file: String) throws {
    let variant = try variant(file)
    var bytes: [UInt8] = []
    let written = TensorFile(Model(fileName: "a", variants: [variant]))
    #expect(written.problem == nil)
    try written.write { bytes += $0 }
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("dyviz-\(UUID().uuidString).bin")
    defer { try? FileManager.default.removeItem(at: path) }
    try Data(bytes).write(to: path)
    let read = try Model.load([path.path]).variants[0]
    #expect(read.graph == variant.graph)
    #expect(read.preprocessing == variant.preprocessing)
    for need in variant.uniqueTensorNeeds {
      #expect(read.weights[need.name]?.values.array == variant.weights[need.name]?.values.array, "\(need.name)")
    }
  }
}
