import Archives
import Files

/// A text file from a user, or standard input, as lines of bytes.
enum TextLines {
  /// Most bytes that are read.
  private static let mostBytes = 1 << 30

  /// The lines without their ends; a byte-order mark at the beginning is none of the text.
  static func read(_ path: String) throws(ImageSourceError) -> [ArraySlice<UInt8>] {
    func problem(_ words: String) -> ImageSourceError { .unreadable(path: path, words: words) }
    var bytes: [UInt8]
    do throws(RegularFile.Failure) {
      if path == ImageRequest.standardInput {
        bytes = try StandardInput.bytes(upTo: mostBytes + 1)
      } else {
        let file = try RegularFile(path: PathBytes(path.utf8))
        bytes = try file.read(0..<min(file.size, mostBytes + 1))
      }
    } catch { throw problem(error.words) }
    guard bytes.count <= mostBytes else { throw problem("more than \(mostBytes) bytes") }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw problem("its text is UTF-16, by its first two bytes; UTF-8 is expected")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    return bytes.split(separator: UInt8(ascii: "\n")).map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
      .filter { !$0.isEmpty }
  }
}
