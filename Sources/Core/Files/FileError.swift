import PlainText

/// A file or folder that could not be written.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// What was tried, as a verb: `write`, `make the folder`.
  public let operation: String
  /// Where.
  public let path: String
  /// Why not: the system's words, or ours.
  public let reason: String

  package init(operation: String, path: String, reason: String) {
    self.operation = operation
    self.path = path
    self.reason = reason
  }

  /// `cannot OPERATION PATH: REASON`, safe to print on a terminal.
  public var description: String { "cannot \(operation) \(path.escaped): \(reason)" }
}

extension FileError {
  /// The error that the last system call left behind.
  init(operation: String, path: String) { self.init(operation: operation, path: path, reason: systemWords()) }
}
