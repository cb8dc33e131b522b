import Keypoints
import Tensors
import Testing

@Suite struct MirroredImageTests {
  @Test("columns are reversed, channels and rows stay")
  func columns() {
    let shape = FeatureShape(height: 2, width: 3, channels: 2)
    let image = (0..<12).map(Float.init)
    let mirrored = mirroredImage(TensorSlice(image), shape: shape)
    #expect(mirrored.array == [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7])
    #expect(mirroredImage(mirrored, shape: shape).array == image)
  }
}
