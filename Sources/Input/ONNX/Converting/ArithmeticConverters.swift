import Functions
import Networks
import Tensors

/// Sums, products and maxima.
extension Converters {
  static let arithmetic: [String: Conversion] = [
    "Add": { converter, call throws(ONNXProblem) in
      [.value(try converter.sum(call.operand(0), 1, call.operand(1), 1, call))]
    },
    "Sub": { converter, call throws(ONNXProblem) in
      [.value(try converter.sum(call.operand(0), 1, call.operand(1), -1, call))]
    },
    "Sum": { converter, call throws(ONNXProblem) in
      var result = try call.operand()
      for index in call.inputs.indices.dropFirst() {
        result = .value(try converter.sum(result, 1, call.operand(index), 1, call))
      }
      return [result]
    },
    "Mean": { converter, call throws(ONNXProblem) in
      var result = try call.operand()
      for index in call.inputs.indices.dropFirst() {
        result = .value(try converter.sum(result, 1, call.operand(index), 1, call))
      }
      let share = Operand.number(1 / Double(call.inputs.count))
      return [.value(try converter.product(result, share, call))]
    },
    "Mul": { converter, call throws(ONNXProblem) in
      [.value(try converter.product(call.operand(0), call.operand(1), call))]
    },
    "Neg": { converter, call throws(ONNXProblem) in
      [.value(try converter.affine(call.value(), scale: .number(-1), shift: .number(0), call))]
    },
    "Div": { converter, call throws(ONNXProblem) in
      guard case .constant(let divisor) = try call.operand(1) else { return [.value(try converter.pointwise(call))] }
      return [.value(try converter.affine(call.value(), scale: divisor.array.map { 1 / $0 }, shift: .number(0), call))]
    },
    "Max": { converter, call throws(ONNXProblem) in
      [.value(try converter.extremum(call, isMaximum: true))]
    },
    "Min": { converter, call throws(ONNXProblem) in
      [.value(try converter.extremum(call, isMaximum: false))]
    },
    "Pow": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      guard let power = try call.constant(1, "exponent").number else { throw call.problem("has several exponents") }
      if power == 0 { return [.value(try converter.filled(.number(1), like: value, call))] }
      guard (1...8).contains(power), power == power.rounded() else {
        let operands = [Operand.value(value), .number(power)]
        let recipe = Recipe.reciprocal(power: power)
        return [.value(try converter.pointwise(call, operands, { $0[0].power($0[1]) }, recipe: recipe))]
      }
      var result = value
      for _ in 1..<max(Int(power), 1) where power > 1 { result = try converter.combine(.multiply, result, value, call) }
      return [.value(result)]
    },
  ]
}

extension Converter {
  /// The largest or the smallest of tensors.
  fileprivate func extremum(_ call: Call, isMaximum: Bool) throws(ONNXProblem) -> Value {
    var result = try call.operand()
    for index in call.inputs.indices.dropFirst() {
      switch (result, try call.operand(index)) {
      case (.value(let left), .value(let right)):
        result = .value(
          try isMaximum ? combine(.maximum, left, right, call) : pointwise(call, [.value(left), .value(right)]))
      case (.value(let value), .constant(let constant)), (.constant(let constant), .value(let value)):
        let numbers = constant.array.elements
        guard let bound = numbers.first, numbers.allSatisfy({ $0 == bound }) else {
          let bounds = try filled(constant.array, like: value, call)
          result = .value(
            try isMaximum
              ? combine(.maximum, value, bounds, call) : pointwise(call, [.value(value), .value(bounds)]))
          continue
        }
        result = .value(try bounded(value, isMaximum ? bound : nil, isMaximum ? nil : bound, call))
      case (.constant, .constant): throw call.problem("takes several constants")
      }
    }
    guard case .value(let value) = result else { throw call.problem("takes constants only") }
    return value
  }
}
