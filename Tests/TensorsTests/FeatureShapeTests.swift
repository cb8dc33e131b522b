import Tensors
import Testing

struct FeatureShapeTests {
  @Test(
    "channels are padded to the next multiple of 16",
    arguments: zip([1, 15, 16, 17, 32, 33], [16, 16, 16, 32, 32, 48]))
  func padding(_ channels: Int, _ stride: Int) {
    #expect(FeatureShape.padded(channels) == stride)
    #expect(FeatureShape(height: 1, width: 1, channels: channels).channelStride == stride)
  }

  @Test("counts tell elements from stored floats")
  func counts() {
    let shape = FeatureShape(height: 3, width: 5, channels: 17)
    #expect(shape.positions == 15)
    #expect(shape.count == 255)
    #expect(shape.storedCount == 480)
  }

  @Test("an empty extent ends the program")
  func empty() async {
    await #expect(processExitsWith: .failure) { _ = FeatureShape(height: 1, width: 0, channels: 1) }
  }
}
