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
  static let pointwise: [String: Conversion] = [
    "Exp": function { exp($0[0]) }, "Log": function { log($0[0]) }, "Erf": function { erf($0[0]) },
    "Sqrt": function { $0[0].squareRoot() }, "Reciprocal": function { 1 / $0[0] },
    "Softplus": function { $0[0] > 30 ? $0[0] : log1p(exp($0[0])) },
    "Softsign": function { $0[0] / (1 + abs($0[0])) },
    "Sign": function { $0[0] > 0 ? 1 : $0[0] < 0 ? -1 : 0 },
    "Not": function { $0[0] == 0 ? 1 : 0 },
    "And": function { $0[0] != 0 && $0[1] != 0 ? 1 : 0 }, "Or": function { $0[0] != 0 || $0[1] != 0 ? 1 : 0 },
    "Greater": function { $0[0] > $0[1] ? 1 : 0 }, "GreaterOrEqual": function { $0[0] >= $0[1] ? 1 : 0 },
    "Less": function { $0[0] < $0[1] ? 1 : 0 }, "LessOrEqual": function { $0[0] <= $0[1] ? 1 : 0 },
    "Equal": function { $0[0] == $0[1] ? 1 : 0 },
    "Selu": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? Double(Float(1.67326319217681884765625))
      let gamma = try call.float("gamma") ?? Double(Float(1.05070102214813232421875))
      return [.value(try converter.pointwise(call) { gamma * ($0[0] > 0 ? $0[0] : alpha * expm1($0[0])) })]
    },
    "Where": { converter, call throws(ONNXProblem) in
      if let maximum = try converter.maximumOfCompared(call) { return [.value(maximum)] }
      return [.value(try converter.pointwise(call) { $0[0] != 0 ? $0[1] : $0[2] })]
    },
    "Softmax": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      let axis = try call.dimension(call.integer("axis") ?? (call.opset < 13 ? 1 : -1), rank: value.shape.count)
      // Before opset 13 softmax goes over all dimensions from the axis on.
      let extent = call.opset < 13 ? value.shape[axis...].reduce(1, *) : value.shape[axis]
      guard value.extents.channels == 1, value.isPermutation, extent == value.count else {
        throw call.problem("is covered over all positions of one channel only (the attention of DY-ReLU-C)")
      }
      let node = converter.add(.softmax, [value.node], value.extents)
      return [.value(Value(node: node.node, extents: value.extents, shape: value.shape, places: value.places))]
    },
  ]

  private static func function(_ function: @escaping @Sendable ([Double]) -> Double) -> Conversion {
    { converter, call throws(ONNXProblem) in [.value(try converter.pointwise(call, function))] }
  }
}

extension Double {
  /// This number to a power.
  func power(_ exponent: Double) -> Double { pow(self, exponent) }
}

extension Converter {
  /// A node of a function of all that a call takes.
  func pointwise(_ call: Call, _ function: @escaping ([Double]) -> Double) throws(ONNXProblem) -> Value {
    var operands: [Operand] = []
    for index in call.inputs.indices { operands.append(try call.operand(index)) }
    return try pointwise(call, operands, function)
  }

  /// A node of a function of values that are laid out alike, and of single numbers.
  func pointwise(
    _ call: Call, _ operands: [Operand], _ function: @escaping ([Double]) -> Double
  ) throws(ONNXProblem) -> Value {
    var (values, numbers): ([Value], [Double?]) = ([], [])
    for operand in operands {
      switch operand {
      case .value(let value):
        values.append(try compact(value, call))
        numbers.append(nil)
      case .constant(let constant):
        let all = constant.array.elements
        guard let first = all.first, all.allSatisfy({ $0 == first }) else {
          throw call.problem("is covered with single numbers beside values")
        }
        numbers.append(first)
      }
    }
    guard let first = values.first, values.allSatisfy({ $0.isLaidOut(like: first) }) else {
      throw call.problem("is covered for values of one shape, and single numbers")
    }
    let filled = Pointwise(type: call.node.type) { given in
      var left = given.makeIterator()
      return function(numbers.map { $0 ?? left.next() ?? .nan })
    }
    let node = add(.pointwise(filled), values.map(\.node), first.extents)
    return Value(node: node.node, extents: first.extents, shape: first.shape, places: first.places)
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
