import Foundation
import Images
import Inference
import Kernels
import Keypoints
import Networks
import Tensors
import Testing

@Suite struct KeypointTableTests {
  /// Two maps of 2x2 elements, the first of NaN, from the middle of a 28x28 image.
  private func table() throws -> KeypointTable {
    let input = FeatureShape(height: 8, width: 8, channels: 1)
    let graph = Graph(
      nodes: [
        Node(name: "input", operation: .input(input), inputs: []),
        Node(
          name: "maps",
          operation: .convolution(
            Convolution(
              outChannels: 2, kernel: Extent2D(4), stride: Extent2D(4), weight: "weight", bias: "bias")),
          inputs: ["input"]),
      ], output: "maps")
    let weights = [
      "weight": WeightTensor(shape: [2, 1, 4, 4], values: TensorSlice(zeros: 32)),
      "bias": WeightTensor(shape: [2], values: TensorSlice([.nan, 0.5])),
    ]
    return try KeypointTable(
      Plan(graph, weights: Weights(weights), kernels: .best),
      preprocessing: Preprocessing(channels: 1, crop: Extent2D(8), mean: [0], deviation: [1]), flips: false)
  }

  private func write(_ items: [ImageItem]) throws -> (count: Int, skipped: [ImageFailure], text: String) {
    var (skipped, bytes): ([ImageFailure], [UInt8]) = ([], [])
    let count = try table().write(items, skipped: { skipped.append($0) }, emit: { bytes += $0 })
    return (count, skipped, String(decoding: bytes, as: UTF8.self))
  }

  private static let header = "image,keypoint,name,x,y,image_x,image_y,score\n"

  @Test("without images there is a header alone")
  func empty() throws {
    let written = try write([])
    #expect(written.count == 0 && written.skipped.isEmpty && written.text == Self.header)
  }

  @Test("a keypoint that is nowhere has empty fields; an image that cannot be read is told of")
  func absent() throws {
    let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/images/sources").path
    let written = try write(ImageSource(paths: ["\(golden)/sample.png"]).items)
    #expect(written.count == 1 && written.skipped.isEmpty)
    #expect(written.text == Self.header + "sample.png,0,,,,,,\nsample.png,1,,0.0,0.0,10.0,10.0,0.5\n")
    let source = try write(ImageSource(paths: [#filePath]).items)
    #expect(source.count == 0 && source.skipped.map(\.reason) == [.unknownFormat] && source.text == Self.header)
  }
}
