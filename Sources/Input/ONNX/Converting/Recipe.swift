import Functions

/// A function of single numbers that is made of functions of two, so that nodes of two maps compute it.
///
/// A condition is 1 where it holds, else 0. What is kept and dropped by it may be anything where it is not chosen.
indirect enum Recipe: Sendable {
  /// One of the things that the function is of.
  case part(Int)
  case number(Double)
  case combined(BinaryFunction, Recipe, Recipe)

  /// Something that is computed, or a number.
  enum Term<Thing> {
    case thing(Thing)
    case number(Double)
  }

  /// How many things the function is of.
  var count: Int {
    switch self {
    case .part(let index): index + 1
    case .number: 0
    case .combined(_, let left, let right): max(left.count, right.count)
    }
  }

  /// The function of numbers, in double precision.
  func value(_ parts: [Double]) -> Double {
    switch self {
    case .part(let index): parts[index]
    case .number(let number): number
    case .combined(let function, let left, let right): function.value(left.value(parts), right.value(parts))
    }
  }

  /// The function of other things, which `combine` combines.
  func made<Thing>(
    of parts: [Term<Thing>],
    combine: (BinaryFunction, Term<Thing>, Term<Thing>) throws(ONNXProblem) -> Thing
  ) throws(ONNXProblem) -> Term<Thing> {
    switch self {
    case .part(let index): return parts[index]
    case .number(let number): return .number(number)
    case .combined(let function, let left, let right):
      let terms = (try left.made(of: parts, combine: combine), try right.made(of: parts, combine: combine))
      switch (function, terms.0, terms.1) {
      case (_, .number(let x), .number(let y)): return .number(function.value(x, y))
      case (.keep, .number(0), _), (.drop, .number(0), _): return .number(0)
      case (.add, .number(0), let other), (.add, let other, .number(0)): return other
      default: return .thing(try combine(function, terms.0, terms.1))
      }
    }
  }
}

extension Recipe {
  private static let (x, y, z) = (Recipe.part(0), Recipe.part(1), Recipe.part(2))
  private static let one = Recipe.number(1)

  /// One of two by a condition.
  private static func choice(_ condition: Recipe, _ left: Recipe, _ right: Recipe) -> Recipe {
    .combined(.add, .combined(.keep, left, condition), .combined(.drop, right, condition))
  }

  private static func negative(_ recipe: Recipe) -> Recipe { .combined(.multiply, recipe, .number(-1)) }

  /// x to a power of -1 to -8; nil for others.
  static func reciprocal(power: Double) -> Recipe? {
    guard (-8 ... -1).contains(power), power == power.rounded() else { return nil }
    return .combined(.divide, one, (1..<Int(-power)).reduce(x) { product, _ in .combined(.multiply, product, x) })
  }

  /// ONNX's operators that are made so, by their names.
  static let operators: [String: Recipe] = [
    "Div": .combined(.divide, x, y), "Min": .combined(.minimum, x, y), "Reciprocal": .combined(.divide, one, x),
    "Greater": .combined(.greater, x, y), "GreaterOrEqual": .combined(.greaterOrEqual, x, y),
    "Less": .combined(.greater, y, x), "LessOrEqual": .combined(.greaterOrEqual, y, x),
    "Equal": .combined(.multiply, .combined(.greaterOrEqual, x, y), .combined(.greaterOrEqual, y, x)),
    "Not": .combined(.drop, one, x), "And": .combined(.keep, .combined(.drop, one, .combined(.drop, one, x)), y),
    "Or": .combined(.drop, one, .combined(.drop, .combined(.drop, one, x), y)),
    "Xor": .combined(
      .add, .combined(.drop, .combined(.drop, one, .combined(.drop, one, x)), y),
      .combined(.drop, .combined(.drop, one, .combined(.drop, one, y)), x)),
    // To truth values.
    "Cast": .combined(.drop, one, .combined(.drop, one, x)), "Where": choice(x, y, z),
    "Sign": .combined(.add, .combined(.greater, x, .number(0)), negative(.combined(.greater, .number(0), x))),
    // With its threshold as the second part.
    "ThresholdedRelu": .combined(.keep, x, .combined(.greater, x, y)),
    // With lambda, -lambda and the bias as further parts.
    "Shrink": .combined(
      .add, .combined(.keep, .combined(.add, x, negative(.part(3))), .combined(.greater, x, y)),
      .combined(.keep, .combined(.add, x, .part(3)), .combined(.greater, z, x))),
  ]
}
