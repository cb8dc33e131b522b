import Tensors
import Testing

struct TensorSliceTests {
  @Test("a slice shares its storage with the slice it was taken from")
  func sharing() {
    let whole = TensorSlice([0, 1, 2, 3, 4, 5])
    let part = whole[2..<5]
    part[0] = 20
    #expect(whole.array == [0, 1, 20, 3, 4, 5])
    #expect(part.array == [20, 3, 4])
    #expect(unsafe part.pointer == whole.pointer + 2 && part.borrowed.pointer == part.pointer)
    #expect(part[1..<3].array == [3, 4], "ranges count from the slice's own start")
    #expect(whole[6..<6].array.isEmpty)
  }

  @Test("a slice keeps its storage alive")
  func lifetime() {
    func part() -> TensorSlice { TensorSlice([Float](repeating: 7, count: 100))[90..<100] }
    #expect(part().array == [Float](repeating: 7, count: 10))
  }

  @Test("without a count a slice reaches to the end of its storage")
  func defaultCount() {
    let storage = AlignedStorage<Float>(count: 10)
    #expect(TensorSlice(storage).count == 10)
    #expect(TensorSlice(storage, offset: 4).count == 6)
    #expect(TensorSlice(zeros: 3).array == [0, 0, 0])
  }

  @Test("indices and ranges outside end the program")
  func outside() async {
    await #expect(processExitsWith: .failure) { _ = TensorSlice(zeros: 4)[1..<3][2] }
    await #expect(processExitsWith: .failure) { _ = TensorSlice(zeros: 4)[1..<3][1..<3] }
    await #expect(processExitsWith: .failure) { _ = TensorSlice(AlignedStorage<Float>(count: 4), offset: 5) }
  }
}
