/// What exporters compute of shapes: known as soon as the image's size is.
extension Converters {
  static let shapes: [String: Conversion] = [
    "Shape": { _, call throws(ONNXProblem) in
      let shape = try call.operand().shape
      func bounded(_ place: Int) -> Int { max(0, min(shape.count, place < 0 ? place + shape.count : place)) }
      let start = bounded(try call.integer("start") ?? 0)
      let end = bounded(try call.integer("end") ?? shape.count)
      return [.constant(Constant(integers: Array(shape[start..<max(start, end)])))]
    },
    "Size": { _, call throws(ONNXProblem) in
      let count = Double(try call.operand().count)
      return [.constant(Constant(NDArray(shape: [], [count]), isFloat: false))]
    },
    "Constant": { _, call throws(ONNXProblem) in [.constant(try call.literal())] },
    "ConstantOfShape": { _, call throws(ONNXProblem) in
      let shape = try call.constant(0, "shape").integers
      var (number, isFloat) = (0.0, true)
      if case .tensor(let tensor)? = call.node.attributes["value"] {
        (number, isFloat) = (tensor.numbers.first ?? 0, tensor.type.isFloat)
      }
      guard shape.count <= StoredTensor.maximumRank, shape.allSatisfy({ 0...Folding.maximumCount ~= $0 }),
        shape.reduce(1.0, { $0 * Double($1) }) <= Double(Folding.maximumCount)
      else { throw call.problem("would make a constant of shape \(shape)") }
      let numbers = [Double](repeating: number, count: shape.reduce(1, *))
      return [.constant(Constant(NDArray(shape: shape, numbers), isFloat: isFloat))]
    },
    "Range": { _, call throws(ONNXProblem) in
      let bounds = try (0..<3).map { index throws(ONNXProblem) in try call.constant(index, "bounds") }
      let numbers = bounds.compactMap(\.number)
      guard numbers.count == 3, numbers[2] != 0, numbers.allSatisfy(\.isFinite) else {
        throw call.problem("has other bounds than numbers")
      }
      let count = max(0, ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up))
      guard count <= Double(Folding.maximumCount) else { throw call.problem("would make \(count) numbers") }
      let values = (0..<Int(count)).map { numbers[0] + Double($0) * numbers[2] }
      return [.constant(Constant(NDArray(shape: [values.count], values), isFloat: bounds[0].isFloat))]
    },
  ]
}

extension Call {
  /// The value of a `Constant`.
  fileprivate func literal() throws(ONNXProblem) -> Constant {
    switch (node.attributes.first?.value, node.attributes.count) {
    case (.tensor(let tensor)?, 1): return Constant(tensor)
    case (.integer(let value)?, 1): return Constant(NDArray(shape: [], [Double(value)]), isFloat: false)
    case (.integers(let values)?, 1): return Constant(integers: values)
    case (.float(let value)?, 1): return Constant(NDArray(shape: [], [Double(value)]), isFloat: true)
    case (.floats(let values)?, 1):
      return Constant(NDArray(shape: [values.count], values.map(Double.init)), isFloat: true)
    default: throw problem("has no tensor or numbers")
    }
  }
}
