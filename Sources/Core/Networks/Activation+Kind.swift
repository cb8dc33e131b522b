import Functions

extension Activation {
  /// The activation's name: `DY-ReLU-B`, `ReLU6`, `SE`, `h-swish`, or what its options say.
  public var kind: String {
    switch coefficients {
    case .hyper(let hyper): return hyperKind(hyper)
    case .given: return "\(variantName), computed by the graph"
    case .constant(let slopes, let intercepts): return constantKind(slopes: slopes, intercepts: intercepts)
    case .parametric: return sharing == .perChannel ? "PReLU" : "PReLU, one slope"
    case .curve(let curve): return curveKind(curve)
    case .maximum: return "Maxout"
    }
  }

  private func curveKind(_ curve: Curve) -> String {
    guard let scales, scales != .plain else { return curve.title }
    let isInverse = abs(scales.input * scales.output - 1) < 1e-6
    switch (curve, scales) {
    case (.elu, CurveScales(negative: scales.negative)): return "ELU(\(scales.negative))"
    case (.elu, CurveScales(output: 1.050_701, negative: 1.673_263_2)): return "SELU"
    case (.elu, _) where isInverse && scales.negative == 1: return "CELU(\(scales.output))"
    case (.softplus, _) where isInverse && scales.negative == 1: return "softplus(\(scales.input))"
    default: return "\(curve.title), scaled"
    }
  }

  private var variantName: String {
    switch (sharing, attention != nil) {
    case (.allChannels, false): "DY-ReLU-A"
    case (.perChannel, false): "DY-ReLU-B"
    case (.perChannel, true): "DY-ReLU-C"
    case (.allChannels, true): "DY-ReLU-A with attention"
    }
  }

  private func hyperKind(_ hyper: HyperFunction) -> String {
    let scales =
      functions == 1 && !hyper.hasIntercepts && hyper.initialSlopes == [0]
      && hyper.initialIntercepts == [0] && hyper.slopeRange == 1 && attention == nil
    if scales, sharing == .perChannel, hyper.gate == .sigmoid || hyper.gate == .hardSigmoid { return "SE" }
    let fixed = hyper.dynamicFunctions < functions ? ", \(hyper.dynamicFunctions) of \(functions) dynamic" : ""
    return variantName + fixed + (hyper.hasIntercepts ? "" : " without intercepts")
  }

  private func constantKind(slopes: [Float], intercepts: [Float]) -> String {
    guard attention == nil, intercepts.allSatisfy({ $0 == 0 }), slopes.count == 2, slopes[0] == 1 else {
      return "static"
    }
    switch (slopes[1], upperBound) {
    case (0, nil): return "ReLU"
    case (0, 6?): return "ReLU6"
    case (let slope, nil) where slope < 1: return "LeakyReLU(\(slope))"
    default: return "static"
    }
  }
}
