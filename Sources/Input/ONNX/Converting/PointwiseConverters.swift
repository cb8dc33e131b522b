import Functions
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Functions of single numbers that are no activation by themselves, but parts of some that are written out.
extension Converters {
  static let pointwise: [String: Conversion] = {
    let parts: [String: Conversion] = [
      "Exp": function { exp($0[0]) }, "Log": function { log($0[0]) }, "Erf": function { erf($0[0]) },
      "Sqrt": function { $0[0].squareRoot() },
      "Where": { converter, call throws(ONNXProblem) in
        if let maximum = try converter.maximumOfCompared(call) { return [.value(maximum)] }
        return [.value(try converter.pointwise(call))]
      },
      "ThresholdedRelu": { converter, call throws(ONNXProblem) in
        let alpha = try call.float("alpha") ?? 1
        return [.value(try converter.pointwise(call, [call.operand(), .number(alpha)]))]
      },
      "Shrink": { converter, call throws(ONNXProblem) in
        let (border, bias) = (try call.float("lambd") ?? 0.5, try call.float("bias") ?? 0)
        return [
          .value(try converter.pointwise(call, [call.operand(), .number(border), .number(-border), .number(bias)]))
        ]
      },
    ]
    let plain: Conversion = { converter, call throws(ONNXProblem) in [.value(try converter.pointwise(call))] }
    let names = [
      "Reciprocal", "Sign", "Not", "And", "Or", "Xor", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal",
    ]
    return names.reduce(into: parts) { $0[$1] = plain }
  }()

  private static func function(_ function: @escaping @Sendable ([Double]) -> Double) -> Conversion {
    { converter, call throws(ONNXProblem) in
      [.value(try converter.pointwise(call, [call.operand()], function, recipe: nil))]
    }
  }
}

extension Double {
  /// This number to a power.
  func power(_ exponent: Double) -> Double { pow(self, exponent) }
}

extension Operand {
  /// One number.
  static func number(_ number: Double) -> Operand { .constant(Constant(.number(number), isFloat: true)) }

  /// The number that a constant holds everywhere; nil where there are several, and for a value.
  fileprivate var everywhere: Double? {
    guard case .constant(let constant) = self else { return nil }
    let numbers = constant.array.elements
    return numbers.first.flatMap { first in numbers.allSatisfy { $0 == first } ? first : nil }
  }
}

extension Converter {
  /// A node of the function that an operator computes of all that a call takes, or of other things.
  func pointwise(_ call: Call, _ given: [Operand]? = nil) throws(ONNXProblem) -> Value {
    guard let recipe = Recipe.operators[call.node.type] else { throw call.problem("the operator is not covered") }
    var operands = given ?? []
    if given == nil { for index in call.inputs.indices { operands.append(try call.operand(index)) } }
    guard operands.count == recipe.count else {
      throw call.problem("takes \(operands.count) inputs, but \(recipe.count) are expected")
    }
    return try pointwise(call, operands, recipe.value, recipe: recipe)
  }

  /// A node of a function of values that are laid out alike, and of single numbers; of others what `recipe` says.
  func pointwise(
    _ call: Call, _ operands: [Operand], _ function: @escaping ([Double]) -> Double, recipe: Recipe?
  ) throws(ONNXProblem) -> Value {
    var values: [Value] = []
    for case .value(let value) in operands { values.append(try compact(value, call)) }
    let numbers = operands.map(\.everywhere)
    guard let first = values.first, let shape = broadcast(operands.map(\.shape)) else {
      throw call.problem("takes shapes \(operands.map(\.shape))")
    }
    let isAlike = shape == first.shape && values.allSatisfy { $0.isLaidOut(like: first) }
    guard isAlike, numbers.count(where: { $0 == nil }) == values.count else {
      guard let recipe else { throw call.problem("is covered for values of one shape, and single numbers") }
      return try spread(recipe, operands, shape, call)
    }
    let filled = Pointwise(type: call.node.type, given: numbers, operatorFunction: function, recipe: recipe)
    let node = add(.pointwise(filled), values.map(\.node), first.extents)
    return Value(node: node.node, extents: first.extents, shape: first.shape, places: first.places)
  }

  /// The nodes of two maps that compute a function of values whose shapes are broadcast against each other.
  private func spread(
    _ recipe: Recipe, _ operands: [Operand], _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value {
    let beside = operands.lazy.compactMap { if case .value(let value) = $0 { value } else { nil } }.first
    guard let beside else { throw call.problem("takes constants only") }
    let terms = try operands.map { operand throws(ONNXProblem) -> Recipe.Term<Value> in
      if let number = operand.everywhere { return .number(number) }
      switch operand {
      case .value(let value): return .thing(value)
      case .constant(let constant): return .thing(try filled(constant.array, like: beside, call))
      }
    }
    let made = try recipe.made(of: terms) { function, left, right throws(ONNXProblem) in
      switch (left, right) {
      case (.thing(let left), .thing(let right)): return try combine(function, left, right, call)
      case (.thing(let left), .number(let number)):
        return try combine(function, left, filled(.number(number), like: left, call), call)
      case (.number(let number), .thing(let right)):
        return try combine(function, filled(.number(number), like: right, call), right, call)
      case (.number, .number): preconditionFailure("two numbers are one")
      }
    }
    guard case .thing(let value) = made else { throw call.problem("gives the same for every image") }
    return value.shape == shape ? value : value.placed(value.index.expanded(shape))
  }

  /// Constants in a value, whatever the other one holds: nothing is greater than itself.
  func filled(_ numbers: NDArray<Double>, like value: Value, _ call: Call) throws(ONNXProblem) -> Value {
    let zeros = try combine(.greater, value, value, call)
    return try affine(zeros, scale: .number(1), shift: numbers, call)
  }

  /// `Where(a > b, a, b)` as the maximum of both; nil for another choice.
  fileprivate func maximumOfCompared(_ call: Call) throws(ONNXProblem) -> Value? {
    guard case .value(let condition) = try call.operand(0), case .value(let left) = try call.operand(1),
      case .value(let right) = try call.operand(2), case .pointwise(let compared) = draft[condition.node].operation
    else { return nil }
    let parts = [try compact(left, call), try compact(right, call)]
    let isGreater = compared.type.hasPrefix("Greater")
    guard isGreater || compared.type.hasPrefix("Less"),
      draft[condition.node].inputs == (isGreater ? parts : parts.reversed()).map(\.node),
      parts.allSatisfy({ $0.isLaidOut(like: condition) })
    else { return nil }
    return try combine(.maximum, left, right, call)
  }
}

extension Value {
  /// Whether both have the same elements at the same places of their nodes.
  func isLaidOut(like other: Value) -> Bool {
    extents == other.extents && shape == other.shape && places == other.places
  }
}
