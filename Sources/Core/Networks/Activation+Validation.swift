import Tensors

extension Activation {
  /// Checks its numbers.
  func validate(node: String) throws(GraphError) {
    guard (isCurve ? 0...0 : 1...16).contains(functions) else {
      throw GraphError(node: node, problem: "K must be 1 to 16 (0 for a curve), not \(functions)")
    }
    guard (0...9_999).contains(place.block) else {
      throw GraphError(node: node, problem: "block must be 0 to 9999, not \(place.block)")
    }
    guard upperBound.map({ $0.isFinite && $0 >= 0 }) ?? true else {
      throw GraphError(node: node, problem: "the upper bound must be finite and not below 0")
    }
    guard hasCoefficients || attention == nil && upperBound == nil else {
      throw GraphError(node: node, problem: "only a piecewise linear activation takes an attention or an upper bound")
    }
    if let scales {
      let numbers = [scales.input, scales.output, scales.negative]
      guard isCurve, numbers.allSatisfy(\.isFinite), scales.input != 0 else {
        throw GraphError(node: node, problem: "only a curve takes scales, which are finite, and not 0 within it")
      }
    }
    try validateCoefficients(node: node)
    if let attention {
      guard attention.temperature.isFinite, attention.temperature > 0, attention.scale.isFinite, attention.scale > 0
      else { throw GraphError(node: node, problem: "the attention's temperature and scale must be above 0") }
    }
  }

  private func validateCoefficients(node: String) throws(GraphError) {
    switch coefficients {
    case .constant(let slopes, let intercepts):
      try validate(slopes: slopes, intercepts: intercepts, node: node)
    case .hyper(let hyper):
      try validate(slopes: hyper.initialSlopes, intercepts: hyper.initialIntercepts, node: node)
      guard 1...GraphShapes.maximumExtent ~= hyper.hidden, 1...functions ~= hyper.dynamicFunctions,
        hyper.slopeRange.isFinite, hyper.interceptRange.isFinite
      else { throw GraphError(node: node, problem: "the hyper function's size or ranges are out of range") }
    case .parametric:
      guard functions == 2 else {
        throw GraphError(node: node, problem: "a PReLU has K = 2, not \(functions)")
      }
    case .given, .curve, .maximum: break
    }
  }

  private func validate(slopes: [Float], intercepts: [Float], node: String) throws(GraphError) {
    guard slopes.count == functions, intercepts.count == functions else {
      throw GraphError(
        node: node,
        problem: "K is \(functions), but \(slopes.count) slopes and \(intercepts.count) intercepts are given"
      )
    }
    guard (slopes + intercepts).allSatisfy(\.isFinite) else {
      throw GraphError(node: node, problem: "slopes and intercepts must be finite")
    }
  }

  /// Checks what it takes beside x.
  func validate(_ inputs: [FeatureShape], node: String) throws(GraphError) {
    switch coefficients {
    case .given:
      let channels = sharing == .perChannel ? inputs[0].channels : 1
      let wanted = FeatureShape(height: 1, width: 1, channels: 2 * functions * channels)
      guard inputs[1] == wanted else {
        throw GraphError(
          node: node, problem: "takes coefficients of shape \(wanted.text), but \(inputs[1].text) come")
      }
    case .maximum:
      guard inputs.allSatisfy({ $0 == inputs[0] }) else {
        throw GraphError(
          node: node, problem: "takes maps of one shape, not \(inputs.map(\.text).joined(separator: ", "))")
      }
    case .constant, .parametric, .hyper, .curve: break
    }
  }
}
