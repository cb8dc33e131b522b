/// What each operator of ONNX becomes: the one table. A family of operators is a file of its own with a part of it.
enum Converters {
  /// Makes nodes of a call, and gives what it gives.
  typealias Conversion = @Sendable (Converter, Call) throws(ONNXProblem) -> [Operand]

  /// By the operators' names.
  static let all: [String: Conversion] = {
    let families = [
      convolutions, layers, normalizations, softmax, activations, arithmetic, pointwise, pooling, padding, sampling,
      reductions, layout, joins, shapes,
    ]
    return families.reduce(into: [:]) { $0.merge($1) { _, _ in preconditionFailure("an operator stands twice") } }
  }()
}
