import Foundation
import ModelFiles
import Testing

struct TensorFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ file: TensorFile) throws -> String {
    var bytes: [UInt8] = []
    try file.write { bytes += $0 }
    return try folder.write(bytes, as: "tensors.safetensors")
  }

  @Test("what is written is read again, whatever the names and however long the tensors")
  func roundTrip() throws {
    let values = (0..<200_000).map { Float($0) - 0.5 }
    var file = TensorFile()
    file.add("a/\"b\"\\\n", shape: [2, 1], values: [-.infinity, 1e-30])
    file.add("long", shape: [2, 100_000], values: values)
    file.add("none", shape: [0, 3], values: [])
    let archive = try SafetensorsArchive(path: try write(file))
    #expect(archive.entries.count == 3)
    #expect(archive.tensor("a/\"b\"\\\n")?.values.array == [-.infinity, 1e-30])
    #expect(archive.tensor("long")?.shape == [2, 100_000])
    #expect(archive.tensor("long")?.values.array == values)
    #expect(archive.tensor("none")?.shape == [0, 3])
  }

  @Test("the data begin at a multiple of 8 bytes")
  func alignment() throws {
    for length in 1...9 {
      var file = TensorFile()
      file.add(String(repeating: "x", count: length), shape: [1], values: [1])
      var bytes: [UInt8] = []
      try file.write { bytes += $0 }
      #expect((bytes.count - 4) % 8 == 0)
    }
  }

  @Test("an error while writing ends it")
  func failure() throws {
    struct Full: Error {}
    var file = TensorFile()
    file.add("x", shape: [1], values: [1])
    #expect(throws: Full.self) { try file.write { _ in throw Full() } }
  }
}
