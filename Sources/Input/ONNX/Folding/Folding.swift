#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Operators on constants: what exporters compute of shapes, and of weights.
enum Folding {
  /// Most elements of a constant that is computed.
  static let maximumCount = 1 << 26

  /// What a call gives if all it takes is constant; nil if it is not, or if the operator is done otherwise.
  static func fold(_ call: Call) throws(ONNXProblem) -> [Operand]? {
    var constants: [Constant] = []
    for case let operand? in call.inputs {
      guard case .constant(let constant) = operand else { return nil }
      constants.append(constant)
    }
    guard !constants.isEmpty else { return nil }
    switch call.node.type {
    case "Cast": return [.constant(try cast(constants[0], call))]
    case "Clip":
      let low = try call.number("min", input: 1, "lower bound") ?? -.infinity
      let high = try call.number("max", input: 2, "upper bound") ?? .infinity
      return [.constant(Constant(constants[0].array.map { min(max($0, low), high) }, isFloat: constants[0].isFloat))]
    case "Gemm", "MatMul": return try product(constants, call).map { [.constant($0)] }
    case "Concat": return [.constant(try concatenated(constants, call))]
    case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare":
      return [.constant(try reduced(constants[0], call))]
    default: break
    }
    guard let function = functions[call.node.type] else { return nil }
    return [.constant(try elementwise(constants, function, call))]
  }

  /// A function of single numbers; `isWhole` says whether it is asked of whole numbers.
  private typealias Function = @Sendable (_ numbers: [Double], _ isWhole: Bool) -> Double

  /// Functions whose result is a truth value.
  private static let truths: Set = [
    "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or", "Xor",
  ]

  private static let functions: [String: Function] = [
    "Add": { a, _ in a[0] + a[1] }, "Sub": { a, _ in a[0] - a[1] }, "Mul": { a, _ in a[0] * a[1] },
    "Div": { a, isWhole in isWhole ? (a[0] / a[1]).rounded(.towardZero) : a[0] / a[1] },
    "Mod": { a, _ in a[0] - a[1] * (a[0] / a[1]).rounded(.down) },
    "Pow": { a, _ in pow(a[0], a[1]) }, "Neg": { a, _ in -a[0] }, "Abs": { a, _ in abs(a[0]) },
    "Floor": { a, _ in a[0].rounded(.down) }, "Ceil": { a, _ in a[0].rounded(.up) },
    "Round": { a, _ in a[0].rounded(.toNearestOrEven) }, "Sqrt": { a, _ in a[0].squareRoot() },
    "Exp": { a, _ in exp(a[0]) }, "Log": { a, _ in log(a[0]) }, "Reciprocal": { a, _ in 1 / a[0] },
    "Sigmoid": { a, _ in 1 / (1 + exp(-a[0])) }, "Tanh": { a, _ in tanh(a[0]) },
    "Relu": { a, _ in max(a[0], 0) }, "Sin": { a, _ in sin(a[0]) }, "Cos": { a, _ in cos(a[0]) },
    "Erf": { a, _ in erf(a[0]) }, "Sign": { a, _ in a[0] > 0 ? 1 : a[0] < 0 ? -1 : 0 },
    "Max": { a, _ in a.max() ?? 0 }, "Min": { a, _ in a.min() ?? 0 }, "Sum": { a, _ in a.reduce(0, +) },
    "Equal": { a, _ in a[0] == a[1] ? 1 : 0 }, "Greater": { a, _ in a[0] > a[1] ? 1 : 0 },
    "GreaterOrEqual": { a, _ in a[0] >= a[1] ? 1 : 0 }, "Less": { a, _ in a[0] < a[1] ? 1 : 0 },
    "LessOrEqual": { a, _ in a[0] <= a[1] ? 1 : 0 }, "Not": { a, _ in a[0] == 0 ? 1 : 0 },
    "And": { a, _ in a[0] != 0 && a[1] != 0 ? 1 : 0 }, "Or": { a, _ in a[0] != 0 || a[1] != 0 ? 1 : 0 },
    "Xor": { a, _ in (a[0] != 0) != (a[1] != 0) ? 1 : 0 },
    "Where": { a, _ in a[0] != 0 ? a[1] : a[2] },
  ]

  /// How many numbers a function takes; nil where it takes any.
  private static func arity(_ type: String) -> Int? {
    switch type {
    case "Max", "Min", "Sum": nil
    case "Where": 3
    case "Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Exp", "Log", "Reciprocal", "Sigmoid", "Tanh", "Relu", "Not",
      "Sin", "Cos", "Erf", "Sign":
      1
    default: 2
    }
  }

  private static func elementwise(
    _ constants: [Constant], _ function: Function, _ call: Call
  ) throws(ONNXProblem) -> Constant {
    guard let shape = broadcast(constants.map(\.shape)), count(shape) <= maximumCount,
      arity(call.node.type) ?? constants.count == constants.count
    else { throw call.problem("combines constants of shapes \(constants.map(\.shape))") }
    let isFloat = !truths.contains(call.node.type) && (constants.last?.isFloat ?? false)
    let arrays = constants.map { $0.array.expanded(shape).elements }
    let isWhole = !isFloat
    let numbers = (0..<count(shape)).map { index in function(arrays.map { $0[index] }, isWhole) }
    return Constant(NDArray(shape: shape, numbers), isFloat: isFloat)
  }

  /// A product of two matrices, and what is added to it; nil for other tensors.
  private static func product(_ constants: [Constant], _ call: Call) throws(ONNXProblem) -> Constant? {
    guard constants.count >= 2, constants[0].shape.count == 2, constants[1].shape.count == 2 else { return nil }
    func matrix(_ index: Int, _ option: String) throws(ONNXProblem) -> NDArray<Double> {
      let array = constants[index].array
      let isTurned = try call.integer(option) ?? 0 != 0
      return isTurned ? array.transposed([1, 0]) : array
    }
    let (left, right) = (try matrix(0, "transA"), try matrix(1, "transB"))
    let (rows, columns, inner) = (left.shape[0], right.shape[1], left.shape[1])
    guard inner == right.shape[0], rows * columns * inner <= maximumCount else {
      throw call.problem("multiplies constants of shapes \(constants.map(\.shape))")
    }
    let (alpha, beta) = (try call.float("alpha") ?? 1, try call.float("beta") ?? 1)
    var numbers = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for middle in 0..<inner {
        let factor = alpha * left.elements[row * inner + middle]
        for column in 0..<columns {
          numbers[row * columns + column] += factor * right.elements[middle * columns + column]
        }
      }
    }
    if constants.count > 2 {
      guard broadcast([constants[2].shape, [rows, columns]]) == [rows, columns] else {
        throw call.problem("adds a constant of shape \(constants[2].shape)")
      }
      let added = constants[2].array.expanded([rows, columns]).elements
      for index in numbers.indices { numbers[index] += beta * added[index] }
    }
    return Constant(NDArray(shape: [rows, columns], numbers), isFloat: true)
  }

  private static func cast(_ constant: Constant, _ call: Call) throws(ONNXProblem) -> Constant {
    guard let type = try call.integer("to").flatMap(StoredType.init) else {
      throw call.problem("converts to a type that is not read")
    }
    if constant.isFloat, type.isFloat { return constant }
    let array = constant.array.map { number in
      type == .bool ? (number == 0 ? 0 : 1) : type.isFloat ? number : number.rounded(.towardZero)
    }
    return Constant(array, isFloat: type.isFloat)
  }

  private static func concatenated(_ constants: [Constant], _ call: Call) throws(ONNXProblem) -> Constant {
    let shapes = constants.map(\.shape)
    let dimension = try call.dimension(call.integer("axis") ?? 1, rank: shapes[0].count)
    let fits = shapes.allSatisfy { shape in
      shape.count == shapes[0].count && shape.indices.allSatisfy { $0 == dimension || shape[$0] == shapes[0][$0] }
    }
    guard fits, shapes.reduce(0, { $0 + count($1) }) <= maximumCount else {
      throw call.problem("joins constants of shapes \(shapes)")
    }
    return Constant(NDArray.joined(constants.map(\.array), dimension), isFloat: constants[0].isFloat)
  }

  private static func reduced(_ constant: Constant, _ call: Call) throws(ONNXProblem) -> Constant {
    let rank = constant.shape.count
    let given = try call.dimensions("axes", input: 1, rank: rank) ?? []
    let dimensions = given.isEmpty ? Array(0..<rank) : Array(Set(given)).sorted()
    let kept = (0..<rank).filter { !dimensions.contains($0) }
    let size = dimensions.reduce(1) { $0 * constant.shape[$1] }
    guard size > 0 else { throw call.problem("reduces a constant of shape \(constant.shape)") }
    let elements = constant.array.transposed(kept + dimensions).elements
    let numbers = stride(from: 0, to: elements.count, by: size).map { start in
      let group = elements[start..<start + size]
      switch call.node.type {
      case "ReduceProd": return group.reduce(1, *)
      case "ReduceMax": return group.max() ?? 0
      case "ReduceMin": return group.min() ?? 0
      case "ReduceMean": return group.reduce(0, +) / Double(size)
      case "ReduceL1": return group.reduce(0) { $0 + abs($1) }
      case "ReduceL2": return group.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case "ReduceSumSquare": return group.reduce(0) { $0 + $1 * $1 }
      default: return group.reduce(0, +)
      }
    }
    let keeps = try call.integer("keepdims") ?? 1 != 0
    let shape = (0..<rank).compactMap { dimensions.contains($0) ? (keeps ? 1 : nil) : constant.shape[$0] }
    return Constant(NDArray(shape: shape, numbers), isFloat: constant.isFloat)
  }

  private static func count(_ shape: [Int]) -> Int {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { return .max }
      count = product
    }
    return count
  }
}
