/// One node of the file with the tensors that it takes.
struct Call {
  let node: NodeMessage
  /// The version of ONNX's operators.
  let opset: Int
  /// What it takes; nil for an optional input that is left out.
  let inputs: [Operand?]

  /// An error at this node.
  func problem(_ text: String) -> ONNXProblem { ONNXProblem("\(node.place): \(text)") }

  /// Input number `index`, if there is one.
  func optional(_ index: Int) -> Operand? { index < inputs.count ? inputs[index] : nil }

  /// Input number `index`.
  func operand(_ index: Int = 0) throws(ONNXProblem) -> Operand {
    guard let operand = optional(index) else { throw problem("input \(index + 1) is missing") }
    return operand
  }

  /// Input number `index`, which is computed from the image.
  func value(_ index: Int = 0) throws(ONNXProblem) -> Value {
    guard case .value(let value) = try operand(index) else {
      throw problem("input \(index + 1) is a constant, but a value that is computed from the image is expected")
    }
    return value
  }

  /// Input number `index` if there is one, which must be constant.
  func optionalConstant(_ index: Int, _ what: String) throws(ONNXProblem) -> Constant? {
    switch optional(index) {
    case nil: return nil
    case .constant(let constant): return constant
    case .value: throw problem("its \(what) is computed from the image; constant ones are covered")
    }
  }

  /// Input number `index`, which must be constant.
  func constant(_ index: Int, _ what: String) throws(ONNXProblem) -> Constant {
    guard let constant = try optionalConstant(index, what) else { throw problem("its \(what) is missing") }
    return constant
  }

  /// An option that is a whole number.
  func integer(_ name: String) throws(ONNXProblem) -> Int? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .integer(let value) = attribute else { throw problem("the attribute \(name) is no whole number") }
    return value
  }

  /// An option that is a number.
  func float(_ name: String) throws(ONNXProblem) -> Double? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .float(let value) = attribute else { throw problem("the attribute \(name) is no number") }
    return Double(value)
  }

  /// An option that is a word.
  func text(_ name: String) throws(ONNXProblem) -> String? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .text(let value) = attribute else { throw problem("the attribute \(name) is no text") }
    return value
  }

  /// An option that is a list of whole numbers.
  func integers(_ name: String) throws(ONNXProblem) -> [Int]? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .integers(let values) = attribute else {
      throw problem("the attribute \(name) is no list of whole numbers")
    }
    return values
  }

  /// Whole numbers in an attribute or, in later versions, in a constant input; nil where there are none.
  func integers(_ name: String, input: Int) throws(ONNXProblem) -> [Int]? {
    if let given = try integers(name) { return given }
    return try optionalConstant(input, name)?.integers
  }

  /// A number in an attribute or, in later versions, in a constant input; nil where there is none.
  func number(_ name: String, input: Int, _ what: String) throws(ONNXProblem) -> Double? {
    if let given = try float(name) { return given }
    guard let constant = try optionalConstant(input, what) else { return nil }
    guard let number = constant.number else { throw problem("its \(what) is a tensor of \(constant.count) numbers") }
    return number
  }

  /// Dimensions that are named in an attribute or, in later versions, by a constant input; nil where none are.
  func dimensions(_ name: String, input: Int, rank: Int) throws(ONNXProblem) -> [Int]? {
    guard let given = try integers(name, input: input) else { return nil }
    return try given.map { one throws(ONNXProblem) in try dimension(one, rank: rank) }
  }

  /// A dimension counted from the front.
  func dimension(_ one: Int, rank: Int) throws(ONNXProblem) -> Int {
    guard (-rank..<rank).contains(one) else { throw problem("names dimension \(one) of a tensor of \(rank)") }
    return one < 0 ? one + rank : one
  }
}
