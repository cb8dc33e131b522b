import Kernels
import Tensors
import Testing

struct PackedWeightsTests {
  @Test("1x1 weights go to blocks of 16 outputs with zeros behind the last")
  func pointwise() {
    let packed = PackedWeights.pointwise(TensorSlice((0..<34).map(Float.init)), outChannels: 17, inChannels: 2)
    #expect(packed.count == 32 * 2)
    #expect(packed.array[0..<16] == (0..<16).map { Float(2 * $0) }[...])
    #expect(packed[16 + 3] == 7, "output 3, input 1")
    #expect(packed[32] == 32 && packed[48] == 33, "output 16")
    #expect(packed.array.indices.allSatisfy { $0 < 32 || $0 % 16 == 0 || packed[$0] == 0 })
  }

  @Test("dense weights keep their taps in rows inside a block")
  func dense() {
    let packed = PackedWeights.dense(
      TensorSlice((0..<24).map(Float.init)), outChannels: 2, inChannels: 2, kernel: (2, 3))
    #expect(packed.count == 16 * 12)
    #expect(packed[(5 * 2 + 1) * 16 + 1] == 23, "the last tap of the last input of the last output")
    #expect(packed[(1 * 2 + 0) * 16 + 1] == 13, "output 1, input 0, row 0, column 1")
  }

  @Test("depthwise weights put channels innermost")
  func depthwise() {
    let packed = PackedWeights.depthwise(
      TensorSlice((0..<18).map(Float.init)), channels: 3, kernel: (2, 3))
    #expect(packed.count == 6 * 16)
    #expect(packed.array[16 * 4..<16 * 4 + 4] == [4, 10, 16, 0])
  }

  @Test("rows are padded each on its own")
  func rows() {
    let packed = PackedWeights.rows(TensorSlice([1, 2, 3, 4]), columns: 2)
    #expect(packed.count == 32)
    #expect(packed.array[0...2] == [1, 2, 0] && packed.array[16...18] == [3, 4, 0])
  }
}
