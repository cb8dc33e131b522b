import Networks

/// Turns an activation node's keys into an ``Activation``.
enum ActivationDecoder {
  /// The most linear functions K.
  private static let maximumFunctions = 16

  /// Takes the activation's keys out of `fields`; tells as well whether the hyper function's rows are interleaved.
  static func decode(_ fields: inout Fields) throws(Problem) -> (Activation, isInterleaved: Bool) {
    let functions = try fields.integer("functions", in: 1...maximumFunctions)
    let sharingName = try fields.text("sharing")
    guard let sharing = CoefficientSharing(rawValue: sharingName) else {
      throw fields.problem("sharing: expected \"all\" or \"channel\", but it is \(sharingName.quoted)")
    }
    let (coefficients, isInterleaved) = try source(&fields, functions: functions)
    let activation = Activation(
      functions: functions, sharing: sharing, coefficients: coefficients, attention: try attention(&fields),
      upperBound: try fields.optionalFloat("upper_bound"),
      place: SitePlace(block: try fields.integer("block", in: 0...9999), site: try site(&fields)))
    return (activation, isInterleaved)
  }

  private static func site(_ fields: inout Fields) throws(Problem) -> String {
    let site = try fields.text("site")
    guard site.count <= 32 else { throw fields.problem("site is longer than 32 characters: \(site.quoted)") }
    return site
  }

  private static func source(
    _ fields: inout Fields, functions: Int
  ) throws(Problem) -> (CoefficientSource, isInterleaved: Bool) {
    if var hyper = try fields.object("hyper") {
      for key in ["slopes", "intercepts"] where fields.take(key) != nil {
        throw fields.problem("has both hyper and \(key); an activation is either dynamic or static")
      }
      let (function, isInterleaved) = try hyperFunction(&hyper, functions: functions)
      try hyper.finish()
      return (.hyper(function), isInterleaved)
    }
    let slopes = try fields.floats("slopes", count: functions)
    let intercepts = try fields.floats(
      "intercepts", count: functions, default: Array(repeating: 0, count: functions))
    return (.constant(slopes: slopes, intercepts: intercepts), false)
  }

  private static func hyperFunction(
    _ fields: inout Fields, functions: Int
  ) throws(Problem) -> (HyperFunction, isInterleaved: Bool) {
    let gate = try fields.text("gate")
    guard gate == "2*sigmoid-1" else {
      throw fields.problem("gate: only \"2*sigmoid-1\" is computed, not \(gate.quoted)")
    }
    let order = try fields.text("row_order")
    guard order == "blocked" || order == "interleaved" else {
      throw fields.problem("row_order: expected \"blocked\" or \"interleaved\", but it is \(order.quoted)")
    }
    let zeros = [Float](repeating: 0, count: functions)
    let function = HyperFunction(
      functions: functions,
      hidden: try fields.integer("hidden", in: 1...GraphShapes.maximumExtent),
      hasIntercepts: try fields.bool("intercepts", default: true),
      initialSlopes: try fields.floats("slope_init", count: functions, default: [1] + zeros.dropLast()),
      initialIntercepts: try fields.floats("intercept_init", count: functions, default: zeros),
      slopeRange: try fields.float("slope_range", default: 1),
      interceptRange: try fields.float("intercept_range", default: 0.5),
      weight1: try fields.text("weight1"), bias1: try fields.text("bias1"),
      weight2: try fields.text("weight2"), bias2: try fields.text("bias2"))
    return (function, order == "interleaved")
  }

  private static func attention(_ fields: inout Fields) throws(Problem) -> SpatialAttention? {
    guard var attention = try fields.object("attention") else { return nil }
    let decoded = SpatialAttention(
      weight: try attention.text("weight"), bias: try attention.optionalText("bias"),
      temperature: try attention.float("temperature", default: 10),
      scale: try attention.float("scale", default: 1.0 / 3.0))
    try attention.finish()
    return decoded
  }
}
