import Tensors

extension Node {
  /// Checks the numbers of an activation.
  func validate(_ activation: Activation) throws(GraphError) {
    guard (activation.isCurve ? 0...0 : 1...16).contains(activation.functions) else {
      throw GraphError(node: name, problem: "K must be 1 to 16 (0 for a curve), not \(activation.functions)")
    }
    guard (0...9_999).contains(activation.place.block) else {
      throw GraphError(node: name, problem: "block must be 0 to 9999, not \(activation.place.block)")
    }
    guard activation.upperBound.map({ $0.isFinite && $0 >= 0 }) ?? true else {
      throw GraphError(node: name, problem: "the upper bound must be finite and not below 0")
    }
    guard activation.hasCoefficients || activation.attention == nil && activation.upperBound == nil else {
      throw GraphError(node: name, problem: "only a piecewise linear activation takes an attention or an upper bound")
    }
    try validateCoefficients(of: activation)
    if let attention = activation.attention {
      guard attention.temperature.isFinite, attention.temperature > 0, attention.scale.isFinite, attention.scale > 0
      else { throw GraphError(node: name, problem: "the attention's temperature and scale must be above 0") }
    }
  }

  private func validateCoefficients(of activation: Activation) throws(GraphError) {
    switch activation.coefficients {
    case .constant(let slopes, let intercepts):
      try validate(slopes: slopes, intercepts: intercepts, of: activation)
    case .hyper(let hyper):
      try validate(slopes: hyper.initialSlopes, intercepts: hyper.initialIntercepts, of: activation)
      guard 1...GraphShapes.maximumExtent ~= hyper.hidden, 1...activation.functions ~= hyper.dynamicFunctions,
        hyper.slopeRange.isFinite, hyper.interceptRange.isFinite
      else { throw GraphError(node: name, problem: "the hyper function's size or ranges are out of range") }
    case .parametric:
      guard activation.functions == 2 else {
        throw GraphError(node: name, problem: "a PReLU has K = 2, not \(activation.functions)")
      }
    case .given, .curve, .maximum: break
    }
  }

  private func validate(slopes: [Float], intercepts: [Float], of activation: Activation) throws(GraphError) {
    guard slopes.count == activation.functions, intercepts.count == activation.functions else {
      throw GraphError(
        node: name,
        problem: "K is \(activation.functions), but \(slopes.count) slopes and \(intercepts.count) intercepts are given"
      )
    }
    guard (slopes + intercepts).allSatisfy(\.isFinite) else {
      throw GraphError(node: name, problem: "slopes and intercepts must be finite")
    }
  }

  /// Checks what an activation takes beside x.
  func validate(_ activation: Activation, inputs: [FeatureShape]) throws(GraphError) {
    switch activation.coefficients {
    case .given:
      let channels = activation.sharing == .perChannel ? inputs[0].channels : 1
      let wanted = FeatureShape(height: 1, width: 1, channels: 2 * activation.functions * channels)
      guard inputs[1] == wanted else {
        throw GraphError(
          node: name, problem: "takes coefficients of shape \(wanted.text), but \(inputs[1].text) come")
      }
    case .maximum:
      guard inputs.allSatisfy({ $0 == inputs[0] }) else {
        throw GraphError(
          node: name, problem: "takes maps of one shape, not \(inputs.map(\.text).joined(separator: ", "))")
      }
    case .constant, .parametric, .hyper, .curve: break
    }
  }
}
