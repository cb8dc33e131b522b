import Files

/// A file that weights are read from again when they are asked for, so that memory does not hold them all.
// Sendable: reading at an offset changes nothing of the file or of this object.
final class WeightsFile: @unchecked Sendable {
  private let file: RegularFile
  /// What the model calls it; nil for the model's own file.
  let name: String?

  init(_ file: consuming RegularFile, name: String? = nil) {
    self.file = file
    self.name = name
  }

  /// All bytes.
  func bytes() throws(RegularFile.Failure) -> [UInt8] { try file.read(0..<file.size) }

  /// Some bytes; nil where they cannot be read any more.
  func bytes(_ range: Range<Int>) -> [UInt8]? { try? file.read(range) }

  /// Bytes in the file.
  var size: Int { file.size }
}

/// Where a tensor's bytes stand in a file.
struct FilePlace {
  let file: WeightsFile
  let range: Range<Int>
}

/// What is told of bytes that are read twice: that they are the same.
struct ByteSum: Equatable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  private var count = 0

  /// Of all of these bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { buffer in
      let words = buffer.count / 8
      for word in 0..<words {
        // Inside the buffer: 8 (word + 1) <= its count.
        add(unsafe buffer.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
      }
      for index in 8 * words..<buffer.count { add(UInt64(unsafe buffer[index])) }
      count = buffer.count
    }
  }

  private mutating func add(_ word: UInt64) {
    state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 29
  }
}
