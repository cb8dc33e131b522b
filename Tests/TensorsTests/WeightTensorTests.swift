import Tensors
import Testing

struct WeightTensorTests {
  @Test("a tensor holds the product of its extents, one element without any")
  func counts() {
    #expect(WeightTensor(shape: [2, 3], values: TensorSlice(zeros: 6)).values.count == 6)
    #expect(WeightTensor(shape: [], values: TensorSlice([5])).values[0] == 5)
    #expect(WeightTensor(shape: [4, 0], values: TensorSlice(zeros: 0)).values.count == 0)
  }

  @Test("extents that do not match the elements end the program")
  func mismatch() async {
    await #expect(processExitsWith: .failure) { _ = WeightTensor(shape: [2, 3], values: TensorSlice(zeros: 5)) }
  }
}
