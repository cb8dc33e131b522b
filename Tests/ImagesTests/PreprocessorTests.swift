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
    try #require(golden.inputs.count >= 30)
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

  @Test("A pixel of the input is traced back through padding, crop and resize to the image's pixels")
  func sourcePlaces() {
    func place(_ preprocessing: Preprocessing, column: Double, row: Double) -> [Double] {
      let geometry = PreprocessingGeometry(height: 40, width: 60, preprocessing: preprocessing)
      let place = geometry.sourcePlace(column: column, row: row)
      return [place.column, place.row]
    }
    func preprocessing(
      _ resize: Preprocessing.Resize?, crop: Extent2D? = nil, padding: Padding = Padding(0)
    ) -> Preprocessing {
      Preprocessing(channels: 1, resize: resize, crop: crop, padding: padding, mean: [0], deviation: [1])
    }
    #expect(place(preprocessing(nil), column: 7.25, row: 3) == [7.25, 3])
    // Half as high, a third as wide: a pixel's centre is that of the two or three pixels that it was made of.
    let resize = Preprocessing.Resize.exact(Extent2D(height: 20, width: 20))
    #expect(place(preprocessing(resize), column: 0, row: 0) == [1, 0.5])
    #expect(place(preprocessing(resize), column: 19, row: 19) == [58, 38.5])
    // 20 x 30, of which the crop shows the columns from 5 on.
    let crop = preprocessing(.shorterSide(20), crop: Extent2D(height: 20, width: 20))
    #expect(place(crop, column: 0, row: 0) == [10.5, 0.5])
    let padding = Padding(top: 1, left: 2, bottom: 3, right: 4)
    #expect(place(preprocessing(nil, padding: padding), column: 2, row: 0) == [0, -1])
    // A crop larger than the image puts 2 rows and 3 columns of black in front of it.
    let larger = preprocessing(nil, crop: Extent2D(height: 44, width: 66))
    #expect(place(larger, column: 3, row: 2) == [0, 0])
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
