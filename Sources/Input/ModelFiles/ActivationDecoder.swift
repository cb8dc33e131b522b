import Functions
import Networks
import PlainText

/// Turns an activation node's keys into an ``Activation``.
enum ActivationDecoder {
  /// The most linear functions K.
  private static let maximumFunctions = 16

  /// Takes the activation's keys out of `fields`; tells as well whether the hyper function's rows are interleaved.
  static func decode(_ fields: inout Fields) throws(Problem) -> (Activation, isInterleaved: Bool) {
    let form = try Form(&fields)
    let functions = try functions(form, &fields)
    let (coefficients, isInterleaved) = try source(form, &fields, functions: functions)
    var activation = Activation(
      functions: functions, sharing: try sharing(form, &fields), coefficients: coefficients,
      attention: try attention(&fields), upperBound: try fields.optionalFloat("upper_bound"),
      place: SitePlace(block: try fields.integer("block", in: 0...9999), site: try site(&fields)),
      blockName: try fields.optionalText("block_name"))
    activation.scales = try scales(form, &fields)
    return (activation, isInterleaved)
  }

  /// A curve's factors; nil where none differs from 1.
  private static func scales(_ form: Form, _ fields: inout Fields) throws(Problem) -> CurveScales? {
    guard form == .curve else { return nil }
    let scales = CurveScales(
      input: try fields.float("input_scale", default: 1), output: try fields.float("scale", default: 1),
      negative: try fields.float("negative_scale", default: 1))
    return scales == .plain ? nil : scales
  }

  /// How an activation is described; the raw value is the key that tells.
  private enum Form: String, CaseIterable {
    case constant = "slopes"
    case parametric = "negative_slope"
    case hyper
    case given = "coefficients"
    case curve
    case maximum

    init(_ fields: inout Fields) throws(Problem) {
      let forms = Self.allCases.filter { fields.contains($0.rawValue) }
      guard let form = forms.first else {
        throw fields.problem(
          "what is it? expected one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      guard forms.count == 1 else {
        throw fields.problem("has both \(forms[0].rawValue) and \(forms[1].rawValue); an activation is one of them")
      }
      self = form
    }
  }

  private static func functions(_ form: Form, _ fields: inout Fields) throws(Problem) -> Int {
    guard form == .curve else { return try fields.integer("functions", in: 1...maximumFunctions) }
    if let functions = fields.take("functions") {
      throw fields.problem("functions: a curve has no linear functions, but it is \(functions.summary)")
    }
    return 0
  }

  private static func sharing(_ form: Form, _ fields: inout Fields) throws(Problem) -> CoefficientSharing {
    if form == .curve || form == .maximum { return .allChannels }
    let name = try fields.text("sharing")
    guard let sharing = CoefficientSharing(rawValue: name) else {
      throw fields.problem("sharing: expected \"all\" or \"channel\", but it is \(name.quoted)")
    }
    return sharing
  }

  private static func site(_ fields: inout Fields) throws(Problem) -> String {
    let site = try fields.text("site")
    guard site.count <= 32 else { throw fields.problem("site is longer than 32 characters: \(site.quoted)") }
    return site
  }

  private static func source(
    _ form: Form, _ fields: inout Fields, functions: Int
  ) throws(Problem) -> (CoefficientSource, isInterleaved: Bool) {
    switch form {
    case .constant:
      let slopes = try fields.floats("slopes", count: functions)
      let zeros = Array(repeating: Float(0), count: functions)
      let intercepts = try fields.floats("intercepts", count: functions, default: zeros)
      return (.constant(slopes: slopes, intercepts: intercepts), false)
    case .parametric: return (.parametric(slope: try fields.text("negative_slope")), false)
    case .hyper:
      guard var hyper = try fields.object("hyper") else { throw fields.missing("hyper", "an object") }
      let (function, isInterleaved) = try hyperFunction(&hyper, functions: functions)
      try hyper.finish()
      return (.hyper(function), isInterleaved)
    case .given:
      _ = try word("coefficients", of: ["input"], &fields)
      return (.given, false)
    case .curve:
      return (.curve(try fields.word("curve", of: Curve.self)), false)
    case .maximum:
      _ = try word("maximum", of: ["inputs"], &fields)
      return (.maximum, false)
    }
  }

  /// One of some words.
  private static func word(_ key: String, of words: [String], _ fields: inout Fields) throws(Problem) -> String {
    let word = try fields.text(key)
    guard words.contains(word) else {
      let expected = words.map(\.quoted).joined(separator: ", ")
      throw fields.problem("\(key): expected \(words.count == 1 ? "" : "one of ")\(expected), but it is \(word.quoted)")
    }
    return word
  }

  private static func hyperFunction(
    _ fields: inout Fields, functions: Int
  ) throws(Problem) -> (HyperFunction, isInterleaved: Bool) {
    let gate = try fields.word("gate", of: Gate.self)
    let isInterleaved = try word("row_order", of: ["blocked", "interleaved"], &fields) == "interleaved"
    let zeros = [Float](repeating: 0, count: functions)
    let function = HyperFunction(
      functions: functions,
      hidden: try fields.integer("hidden", in: 1...GraphShapes.maximumExtent),
      dynamicFunctions: try fields.integer("dynamic_functions", in: 1...functions, default: functions), gate: gate,
      innerCurve: try fields.contains("inner") ? fields.word("inner", of: Curve.self) : nil,
      hasIntercepts: try fields.bool("intercepts", default: true),
      initialSlopes: try fields.floats("slope_init", count: functions, default: [1] + zeros.dropLast()),
      initialIntercepts: try fields.floats("intercept_init", count: functions, default: zeros),
      slopeRange: try fields.float("slope_range", default: 1),
      interceptRange: try fields.float("intercept_range", default: 0.5),
      weight1: try fields.text("weight1"), bias1: try fields.text("bias1"),
      weight2: try fields.text("weight2"), bias2: try fields.text("bias2"))
    return (function, isInterleaved)
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
