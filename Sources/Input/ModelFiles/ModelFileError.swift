import PlainText

/// Why a model file cannot be used: the file, what was expected and what came.
public struct ModelFileError: Error, Equatable, CustomStringConvertible {
  /// The file's path as it was given.
  public let file: String
  /// What was expected and what came, with the node, key or tensor at fault; free of control characters.
  public let problem: String

  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  /// `FILE: PROBLEM`, safe to print on a terminal.
  public var description: String { "\(file.printable): \(problem)" }
}

/// What is wrong inside a file, before the file's name is put to it.
package struct Problem: Error, Equatable {
  /// What was expected and what came.
  package let text: String

  package init(_ text: String) { self.text = text }
}
