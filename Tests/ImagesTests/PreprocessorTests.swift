import Images
import KernelInterface
import Kernels
import Networks
import Tensors
import Testing

struct PreprocessorTests {
  @Test("Every preprocessing gives torchvision's floats exactly", arguments: InstructionSet.available)
  func inputs(_ instructionSet: InstructionSet) throws {
    let golden = try GoldenImages.load()
    try #require(golden.inputs.count >= 16)
    for input in golden.inputs {
      let expected = try GoldenImages.floats("inputs/\(input.name).f32")
      let shape = FeatureShape(height: input.height, width: input.width, channels: input.preprocessing.channels)
      let stored = try read(input.file, input.preprocessing.preprocessing, shape, instructionSet)
      try #require(expected.count == shape.count)
      let worst = expected.indices.map { abs(stored[$0] - expected[$0]) }.max()
      #expect(worst == 0, "\(input.name) differs by up to \(worst ?? 0)")
    }
  }

  @Test("A photo-sized JPEG gives torchvision's 224x224 input bit by bit", arguments: InstructionSet.available)
  func largeInput(_ instructionSet: InstructionSet) throws {
    for large in try GoldenImages.load().large {
      let shape = FeatureShape(height: large.height, width: large.width, channels: 3)
      let stored = try read(large.file, large.preprocessing.preprocessing, shape, instructionSet)
      let bytes = stored.map(\.bitPattern).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
      }
      #expect(fingerprint(bytes) == large.inputHash)
    }
  }

  @Test("The fixed size is the crop or the exact resize, with the padding")
  func fixedSize() {
    let padding = Padding(top: 1, left: 2, bottom: 3, right: 4)
    func preprocessing(_ resize: Preprocessing.Resize?, _ crop: Extent2D?) -> Preprocessing {
      Preprocessing(channels: 1, resize: resize, crop: crop, padding: padding, mean: [0], deviation: [1])
    }
    #expect(preprocessing(nil, nil).fixedSize == nil)
    #expect(preprocessing(.shorterSide(9), nil).fixedSize == nil)
    #expect(preprocessing(.shorterSide(9), Extent2D(8)).fixedSize == Extent2D(height: 12, width: 14))
    #expect(preprocessing(.exact(Extent2D(10)), nil).fixedSize == Extent2D(height: 14, width: 16))
    #expect(preprocessing(.exact(Extent2D(10)), Extent2D(6)).fixedSize == Extent2D(height: 10, width: 12))
  }

  /// Reads twice into storage full of rubbish, so that what is not written or not repeatable shows.
  private func read(
    _ file: String, _ preprocessing: Preprocessing, _ shape: FeatureShape, _ instructionSet: InstructionSet
  ) throws -> [Float] {
    let kernels = try #require(KernelTable.table(for: instructionSet)).images
    let reader = ImageReader(preprocessing: preprocessing, input: shape, kernels: kernels)
    let bytes = try GoldenImages.bytes("sources/\(file)")
    let outputs = try [Float(-7), 11].map { rubbish in
      let output = TensorSlice(Array(repeating: rubbish, count: shape.count))
      try reader.read(bytes: bytes, into: output)
      return output.array
    }
    #expect(outputs[0] == outputs[1])
    return outputs[0]
  }
}
