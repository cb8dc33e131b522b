import PlainText

/// What is wrong in an ONNX file, before the file's name is put to it.
package struct ONNXProblem: Error, Equatable {
  /// What was expected and what came, with the node or tensor at fault; free of control characters.
  package let text: String

  package init(_ text: String) { self.text = text }
}
