import Functions
import Networks
import Tensors

/// Activations that are one operator.
extension Converters {
  static let activations: [String: Conversion] = [
    "Relu": { converter, call throws(ONNXProblem) in
      [.value(try converter.lines(call.value(), [1, 0], call))]
    },
    "LeakyRelu": { converter, call throws(ONNXProblem) in
      let slope = try call.float("alpha") ?? Double(Float(0.01))
      return [.value(try converter.rectifier(call.value(), slope, call))]
    },
    "PRelu": { converter, call throws(ONNXProblem) in
      [.value(try converter.parametric(call))]
    },
    "Clip": { converter, call throws(ONNXProblem) in
      let low = try call.number("min", input: 1, "lower bound")
      let high = try call.number("max", input: 2, "upper bound")
      return [.value(try converter.bounded(call.value(), low, high, call))]
    },
    "Abs": { converter, call throws(ONNXProblem) in
      [.value(try converter.lines(call.value(), [1, -1], call))]
    },
    "Sigmoid": curve(.sigmoid), "Tanh": curve(.tanh), "HardSwish": curve(.hardSwish), "Mish": curve(.mish),
    "Softplus": curve(.softplus),
    "Gelu": { converter, call throws(ONNXProblem) in
      let isTanh = try call.text("approximate") == "tanh"
      return [.value(try converter.elementwise(call.value(), .draft(isTanh ? .tanhGELU : .gelu), call))]
    },
    "Elu": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? 1
      return [.value(try converter.scaledCurve(.elu, negative: alpha, call))]
    },
    "Celu": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? 1
      guard alpha > 0 else { throw call.problem("has alpha \(alpha); numbers above 0 are covered") }
      return [.value(try converter.scaledCurve(.elu, input: 1 / alpha, output: alpha, call))]
    },
    "Selu": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? Double(Float(1.67326319217681884765625))
      let gamma = try call.float("gamma") ?? Double(Float(1.05070102214813232421875))
      return [.value(try converter.scaledCurve(.elu, output: gamma, negative: alpha, call))]
    },
    "Swish": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? 1
      guard alpha != 0 else { throw call.problem("has alpha 0, with which it is no curve") }
      return [.value(try converter.scaledCurve(.silu, input: alpha, output: 1 / alpha, call))]
    },
    "Softsign": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      let size = try converter.lines(value, [1, -1], call)
      let divisor = try converter.affine(size, scale: .number(1), shift: .number(1), call)
      return [.value(try converter.combine(.divide, value, divisor, call))]
    },
    "HardSigmoid": { converter, call throws(ONNXProblem) in
      let alpha = try call.float("alpha") ?? Double(Float(0.2))
      let beta = try call.float("beta") ?? 0.5
      if abs(alpha - 1 / 6) < 1e-7, beta == 0.5 {
        return [.value(try converter.elementwise(call.value(), .draft(.hardSigmoid), call))]
      }
      let inner = try converter.affine(call.value(), scale: .number(alpha), shift: .number(beta), call)
      return [.value(try converter.bounded(inner, 0, 1, call))]
    },
  ]

  private static func curve(_ curve: Curve) -> Conversion {
    { converter, call throws(ONNXProblem) in [.value(try converter.elementwise(call.value(), .draft(curve), call))] }
  }
}

extension Activation {
  /// A curve whose place in the network is found when all are known.
  static func draft(_ curve: Curve, scales: CurveScales = .plain) -> Activation {
    var activation = draft(functions: 0, .curve(curve))
    activation.scales = scales == .plain ? nil : scales
    return activation
  }
}

extension Converter {
  /// An activation node; the layout stays as it is where the value is a whole map in some order.
  func elementwise(_ value: Value, _ activation: Activation, _ call: Call) throws(ONNXProblem) -> Value {
    let compact = try compact(value, call)
    let node = try add(.activation(activation), [compact.node], call)
    return Value(node: node.node, extents: compact.extents, shape: value.shape, places: compact.places)
  }

  /// A curve with factors within and around it, and for x below 0.
  fileprivate func scaledCurve(
    _ curve: Curve, input: Double = 1, output: Double = 1, negative: Double = 1, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let scales = CurveScales(input: Float(input), output: Float(output), negative: Float(negative))
    return try elementwise(call.value(), .draft(curve, scales: scales), call)
  }

  /// max over k of a_k x + b_k with constant coefficients.
  func lines(
    _ value: Value, _ slopes: [Double], intercepts: [Double]? = nil, upperBound: Double? = nil, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let coefficients = CoefficientSource.constant(
      slopes: slopes.map { Float($0) }, intercepts: (intercepts ?? slopes.map { _ in 0 }).map { Float($0) })
    return try elementwise(
      value, .draft(functions: slopes.count, coefficients, upperBound: upperBound.map { Float($0) }), call)
  }

  /// x above 0, slope x below: a maximum for slopes up to 1, else a PReLU.
  func rectifier(_ value: Value, _ slope: Double, _ call: Call) throws(ONNXProblem) -> Value {
    if slope <= 1 { return try lines(value, [1, slope], call) }
    let name = draft.store(
      DraftTensor(shape: [1], values: .numbers([Float(slope)])), "\(origin.label).negative_slope")
    return try elementwise(value, .draft(functions: 2, .parametric(slope: name)), call)
  }

  /// min(max(x, low), high): the intercept of a constant line, and the upper bound.
  func bounded(_ value: Value, _ low: Double?, _ high: Double?, _ call: Call) throws(ONNXProblem) -> Value {
    let low = low.flatMap { $0 > -3.4e38 ? $0 : nil }
    let high = high.flatMap { $0 < 3.4e38 ? $0 : nil }
    if let high, high < 0 {
      // min(x, h) = -max(-x, -h).
      let inner = try affine(value, scale: .number(-1), shift: .number(0), call)
      let turned = try bounded(inner, -high, low.map { max(-$0, -high) }, call)
      return try affine(turned, scale: .number(-1), shift: .number(0), call)
    }
    guard let low else {
      return high == nil ? value : try lines(value, [1], upperBound: high, call)
    }
    if low == 0, let high, high > 0 {
      let (inner, scale, shift) = uniform(value)
      if abs(scale - high / 6) < 1e-7 * high, abs(shift - high / 2) < 1e-7 * high {
        let curve = try elementwise(inner, .draft(.hardSigmoid), call)
        let result = try affine(curve, scale: .number(high), shift: .number(0), call)
        shiftedBounds.insert(result.node)
        return result
      }
    }
    return try lines(value, [1, 0], intercepts: [0, low], upperBound: high, call)
  }

  fileprivate func parametric(_ call: Call) throws(ONNXProblem) -> Value {
    let slope = try call.constant(1, "slope")
    let source = try wholeMap(call.value(), call)
    let channels = source.extents.channels
    let isPerChannel = slope.count == channels && slope.shape.contains(channels)
    guard slope.count == 1 || isPerChannel else {
      throw call.problem("has a slope of shape \(slope.shape); one number, or one for each channel is covered")
    }
    let label = label(of: slope)
    let name = store(slope, label, "weight", as: slope.weight.reshaped([slope.count]))
    let activation = Activation.draft(
      functions: 2, sharing: slope.count == 1 ? .allChannels : .perChannel, .parametric(slope: name))
    return try elementwise(source, activation, call).reshaped(source.shape)
  }
}
