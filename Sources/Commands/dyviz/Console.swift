import Files
import PlainText
import Synchronization

/// What the program prints. Whatever of it could steer a terminal, but for line ends, is escaped.
enum Console {
  private static let told = Mutex<Set<String>>([])

  /// Prints text and an end of line on standard output.
  ///
  /// - Throws: ``FileError`` where it cannot be written: what nobody got is no success.
  static func print(_ text: String) throws(FileError) {
    try StandardStream.output.write((text + "\n").escapedLines)
  }

  /// Prints a line on standard error. Where that cannot be written, nothing is to be done about it.
  static func error(_ line: String) { try? StandardStream.error.write((line + "\n").escapedLines) }

  /// Prints a line on standard error, the same one only once: what is true of the images is so for every variant.
  static func note(_ line: String) {
    if told.withLock({ $0.insert(line).inserted }) { error(line) }
  }
}
