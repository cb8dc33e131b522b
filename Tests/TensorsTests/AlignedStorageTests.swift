import Tensors
import Testing

struct AlignedStorageTests {
  @Test("storage of any size starts on a 64-byte boundary and is zero", arguments: [0, 1, 15, 16, 17, 1000, 1_000_000])
  func alignedAndZero(_ count: Int) {
    let storage = AlignedStorage<Float>(count: count)
    #expect(storage.count == count)
    #expect(unsafe UInt(bitPattern: storage.pointer) % 64 == 0)
    #expect((0..<count).allSatisfy { storage[$0] == 0 })
  }

  @Test("sparse storage starts on a page, is zero and keeps what is written")
  func sparse() {
    for count in [1, 1000, 1_000_000] {
      let storage = AlignedStorage<UInt32>(sparseCount: count)
      #expect(unsafe UInt(bitPattern: storage.pointer) % 4096 == 0)
      #expect(storage.count == count && (0..<count).allSatisfy { storage[$0] == 0 })
      storage[count - 1] = .max
      #expect(storage[count - 1] == .max)
    }
  }

  @Test("elements keep what is written, whatever their type")
  func elements() {
    let bytes = AlignedStorage<UInt8>(count: 3)
    bytes[0] = 1
    bytes[2] = 255
    #expect((0..<3).map { bytes[$0] } == [1, 0, 255])
    let counts = AlignedStorage<UInt64>(count: 2)
    counts[1] = .max
    #expect(counts[0] == 0 && counts[1] == .max)
  }

  @Test("an index outside ends the program")
  func outside() async {
    await #expect(processExitsWith: .failure) { _ = AlignedStorage<Float>(count: 4)[4] }
    await #expect(processExitsWith: .failure) { AlignedStorage<Float>(count: 4)[-1] = 0 }
  }
}
