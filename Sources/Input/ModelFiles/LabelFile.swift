import Files
import PlainText

/// A text file with the names of classes, one on each line.
package enum LabelFile {
  /// Most bytes of such a file.
  private static let maximumSize = 1 << 24

  /// The names; empty lines at the end are none.
  package static func read(path: String) throws(ModelFileError) -> [String] {
    func problem(_ text: String) -> ModelFileError { ModelFileError(file: path, problem: text) }
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      let file = try RegularFile(path: PathBytes(path.utf8))
      bytes = try file.read(0..<min(file.size, maximumSize + 1))
    } catch { throw problem(error.words) }
    guard bytes.count <= maximumSize else { throw problem("is too large for names of classes") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw problem("is no UTF-8 text") }
    var lines = text.trimmingPrefix("\u{FEFF}").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    while lines.last == "" { lines.removeLast() }
    var first: [String: Int] = [:]
    for (index, line) in lines.enumerated() {
      guard !line.isEmpty, !line.steersTerminals, line.utf8.count <= Fields.maximumNameLength else {
        throw problem("line \(index + 1) is no name of a class: \(line.quoted)")
      }
      if let other = first.updateValue(index, forKey: line) {
        throw problem("lines \(other + 1) and \(index + 1) are both \(line.quoted); names tell classes apart")
      }
    }
    guard !lines.isEmpty else { throw problem("names no class") }
    return lines
  }
}
