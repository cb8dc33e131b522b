import ActivationTaps
import Foundation
import Inference
import Kernels
import ModelFiles
import Networks
import Tensors
import Testing

struct TapRecordingTests {
  private static let input = FeatureShape(height: 4, width: 3, channels: 3)

  /// ReLU, then DY-ReLU-C, both on the image itself.
  private static let graph = Graph(
    nodes: [
      Node(name: "input", operation: .input(input), inputs: []),
      Node(name: "relu", operation: .activation(.relu(at: SitePlace(block: 1, site: "A1"))), inputs: ["input"]),
      Node(
        name: "dynamic",
        operation: .activation(
          DynamicReLU(variant: .c, reduction: 1).activation(
            channels: 3, at: SitePlace(block: 1, site: "A2"), module: "dynamic")),
        inputs: ["relu"]),
    ], output: "dynamic")

  private static var weights: Weights {
    var tensors: [String: WeightTensor] = [:]
    let shapes: [(String, [Int])] = [
      ("fc1.weight", [3, 3]), ("fc1.bias", [3]), ("fc2.weight", [12, 3]), ("fc2.bias", [12]),
      ("attention.weight", [1, 3, 1, 1]), ("attention.bias", [1]),
    ]
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      tensors["dynamic.\(name)"] = WeightTensor(
        shape: shape, values: TensorSlice((0..<count).map { Float($0 % 5) / 5 - 0.3 }))
    }
    return Weights(tensors)
  }

  /// Element (image, channel, row, column) says where it stands.
  private static func value(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Float {
    Float(100 * image + 10 * channel) + Float(row) - 10 * Float(column) / 4 - 8
  }

  private static func images(_ count: Int) -> WeightTensor {
    var values: [Float] = []
    for image in 0..<count {
      for channel in 0..<3 {
        for row in 0..<4 { for column in 0..<3 { values.append(value(image, channel, row, column)) } }
      }
    }
    return WeightTensor(shape: [count, 3, 4, 3], values: TensorSlice(values))
  }

  private func record(_ input: WeightTensor) throws -> SafetensorsArchive {
    let plan = try Plan(Self.graph, weights: Self.weights, kernels: .best)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("dyviz-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var bytes: [UInt8] = []
    try TapRecording(plan).record(input).write { bytes += $0 }
    try Data(bytes).write(to: URL(filePath: path))
    return try SafetensorsArchive(path: path)
  }

  @Test("maps come in the order image, channel, row, column, whatever the images' number")
  func order() throws {
    let archive = try record(Self.images(3))
    let x = try #require(archive.tensor("x/relu")), y = try #require(archive.tensor("y/relu"))
    #expect(x.shape == [3, 3, 4, 3])
    #expect(x.values.array == Self.images(3).values.array)
    #expect(y.values.array == x.values.array.map { max($0, 0) })
    #expect(archive.tensor("x/dynamic")?.values.array == y.values.array)
    #expect(archive.tensor("output")?.values.array == archive.tensor("y/dynamic")?.values.array)
  }

  @Test("the coefficients and the attention that are written give the output that is written")
  func coefficients() throws {
    let archive = try record(Self.images(2))
    let slopes = try #require(archive.tensor("slopes/dynamic")),
      attention = try #require(archive.tensor("attention/dynamic"))
    let intercepts = try #require(archive.tensor("intercepts/dynamic"))
    let x = try #require(archive.tensor("x/dynamic")), y = try #require(archive.tensor("y/dynamic"))
    #expect(slopes.shape == [2, 2, 3] && intercepts.shape == [2, 2, 3] && attention.shape == [2, 4, 3])
    #expect(archive.tensor("slopes/relu")?.shape == [2, 2, 1])
    #expect(archive.tensor("slopes/relu")?.values.array == [1, 0, 1, 0])
    #expect(archive.tensor("attention/relu") == nil)
    for index in 0..<x.values.count {
      let (image, channel, position) = (index / 36, index / 12 % 3, index % 12)
      let lines = (0..<2).map { k in
        let at = (image * 2 + k) * 3 + channel
        return slopes.values[at] * x.values[index] + intercepts.values[at]
      }
      let expected = attention.values[image * 12 + position] * max(lines[0], lines[1])
      #expect(abs(y.values[index] - expected) <= 1e-5 * max(1, abs(expected)))
    }
  }

  @Test("one image may come without a number of images; any other shape is refused")
  func shapes() throws {
    let one = Self.images(1)
    let archive = try record(WeightTensor(shape: [3, 4, 3], values: one.values))
    #expect(archive.tensor("output")?.shape == [1, 3, 4, 3])
    for shape in [[3, 3, 4], [1, 1, 3, 4, 3], [36], []] {
      let input = WeightTensor(shape: shape, values: TensorSlice(zeros: shape.reduce(1, *)))
      let error = #expect(throws: RecordingError.self) { try record(input) }
      #expect(error?.expected == [3, 4, 3] && error?.found == shape)
    }
  }
}
