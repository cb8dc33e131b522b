import Networks

/// Turns an ``Activation`` into the keys that ``ActivationDecoder`` reads.
struct ActivationEncoder {
  /// The name of a tensor in the archive by its name in the network.
  let tensor: (String) -> String

  func members(_ activation: Activation) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "block": .integer(activation.place.block), "site": .string(activation.place.site),
    ]
    members["block_name"] = activation.blockName.map(JSONValue.string)
    if !activation.isCurve { members["functions"] = .integer(activation.functions) }
    if activation.hasCoefficients { members["sharing"] = .string(activation.sharing.rawValue) }
    members["upper_bound"] = activation.upperBound.map(JSONValue.float)
    switch activation.coefficients {
    case .constant(let slopes, let intercepts):
      members["slopes"] = floats(slopes)
      members["intercepts"] = floats(intercepts)
    case .parametric(let slope): members["negative_slope"] = .string(tensor(slope))
    case .hyper(let hyper): members["hyper"] = .object(hyperFunction(hyper))
    case .given: members["coefficients"] = .string("input")
    case .curve(let curve): members["curve"] = .string(curve.rawValue)
    case .maximum: members["maximum"] = .string("inputs")
    }
    if let scales = activation.scales {
      members["input_scale"] = .float(scales.input)
      members["scale"] = .float(scales.output)
      members["negative_scale"] = .float(scales.negative)
    }
    if let attention = activation.attention {
      var own: [String: JSONValue] = [
        "weight": .string(tensor(attention.weight)), "temperature": .float(attention.temperature),
        "scale": .float(attention.scale),
      ]
      own["bias"] = attention.bias.map { .string(tensor($0)) }
      members["attention"] = .object(own)
    }
    return members
  }

  /// Weights come with their rows in the order of equation (2), whatever the file's.
  private func hyperFunction(_ hyper: HyperFunction) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "hidden": .integer(hyper.hidden), "intercepts": .bool(hyper.hasIntercepts),
      "slope_init": floats(hyper.initialSlopes), "intercept_init": floats(hyper.initialIntercepts),
      "slope_range": .float(hyper.slopeRange), "intercept_range": .float(hyper.interceptRange),
      "gate": .string(hyper.gate.rawValue), "dynamic_functions": .integer(hyper.dynamicFunctions),
      "row_order": .string("blocked"), "weight1": .string(tensor(hyper.weight1)),
      "bias1": .string(tensor(hyper.bias1)), "weight2": .string(tensor(hyper.weight2)),
      "bias2": .string(tensor(hyper.bias2)),
    ]
    members["inner"] = hyper.innerCurve.map { .string($0.rawValue) }
    return members
  }

  private func floats(_ numbers: [Float]) -> JSONValue { .array(numbers.map(JSONValue.float)) }
}
