/// Why no screen could be opened.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  /// Input or output is a pipe or a file.
  case notATerminal
  /// The terminal's type is not described on this machine.
  case unknownTerminal(String)
  /// A pipe for signals could not be made.
  case noPipe

  /// What the user reads.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output must be a terminal"
    case .unknownTerminal(let type): "unknown terminal type \"\(type)\" (TERM)"
    case .noPipe: "cannot make a pipe: too many open files"
    }
  }
}
