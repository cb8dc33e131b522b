/// Why no screen could be opened.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  /// Input or output is a pipe or a file.
  case notATerminal
  /// The terminal's type is not described on this machine.
  case unknownTerminal(String)
  /// The terminal's cursor cannot be moved.
  case noCursor(String)
  /// A pipe for signals could not be made.
  case noPipe

  /// What the user reads.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output must be a terminal"
    case .unknownTerminal(let type):
      "this system does not know the terminal type \"\(type)\" (TERM); set TERM=xterm-256color"
    case .noCursor(let type):
      "a terminal of type \"\(type)\" (TERM) cannot move its cursor; set TERM=xterm-256color, or use dyviz stats"
    case .noPipe: "cannot make a pipe: too many open files"
    }
  }
}
