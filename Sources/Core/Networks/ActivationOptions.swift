/// An activation of the paper's tables by name, with its options as a user writes them. Options that the activation
/// does not have are errors.
public struct ActivationOptions: Sendable, Equatable {
  /// One of ``names``; nil for the network's own activations.
  public var name: String?
  /// K; nil for 2.
  public var functions: Int?
  /// How many of the K functions are dynamic, the first ones (Table 6); nil for all.
  public var dynamicFunctions: Int?
  /// R (Table 8); nil for 8.
  public var reduction: Int?
  /// Whether there are intercepts (Table 6); nil for true.
  public var hasIntercepts: Bool?
  /// α, K values (Table 9); nil for 1, 0, 0, ... The one function after a projection has α = 1 always, and β = 0.
  public var initialSlopes: [Float]?
  /// β, K values (Table 9); nil for zeros.
  public var initialIntercepts: [Float]?
  /// λa (Table 9); nil for 1.
  public var slopeRange: Float?
  /// λb; nil for 0.5.
  public var interceptRange: Float?

  /// The activations that there are.
  public static let names = [
    "relu", "relu6", "h-swish", "leaky-relu", "rrelu", "prelu", "se+relu", "maxout", "dyrelu-a", "dyrelu-b", "dyrelu-c",
  ]

  package init(
    name: String? = nil, functions: Int? = nil, dynamicFunctions: Int? = nil, reduction: Int? = nil,
    hasIntercepts: Bool? = nil, initialSlopes: [Float]? = nil, initialIntercepts: [Float]? = nil,
    slopeRange: Float? = nil, interceptRange: Float? = nil
  ) {
    self.name = name
    self.functions = functions
    self.dynamicFunctions = dynamicFunctions
    self.reduction = reduction
    self.hasIntercepts = hasIntercepts
    self.initialSlopes = initialSlopes
    self.initialIntercepts = initialIntercepts
    self.slopeRange = slopeRange
    self.interceptRange = interceptRange
  }

  /// The activation that the options describe; nil for the network's own.
  public func choice() throws(NetworkOptionError) -> ActivationChoice? {
    guard let name else {
      try allow([], in: "a network's own activations")
      return nil
    }
    guard Self.names.contains(name) else {
      throw NetworkOptionError(
        "--activation \(name)", problem: "is unknown; there are \(Self.names.joined(separator: ", "))")
    }
    switch name {
    case "se+relu":
      try allow(["--reduction"], in: name)
      return .squeezeReLU(reduction: try checked(reduction, "--reduction", in: 1...65_536) ?? 8)
    case "maxout":
      try allow(["--functions"], in: name)
      return .maxout(functions: try checked(functions, "--functions", in: 1...16) ?? 2)
    case "dyrelu-a": return .dynamic(try dynamic(.a))
    case "dyrelu-b": return .dynamic(try dynamic(.b))
    case "dyrelu-c": return .dynamic(try dynamic(.c))
    default:
      try allow([], in: name)
      switch name {
      case "relu6": return .relu6
      case "h-swish": return .hardSwish
      case "leaky-relu": return .leakyReLU(slope: 0.01)
      case "rrelu": return .randomizedReLU
      case "prelu": return .parametricReLU
      default: return .relu
      }
    }
  }

  private func dynamic(_ variant: DynamicReLUVariant) throws(NetworkOptionError) -> DynamicReLU {
    let functions = try checked(functions, "--functions", in: 1...16) ?? 2
    let usual = DynamicReLU(variant: variant)
    if hasIntercepts == false, interceptRange != nil {
      throw NetworkOptionError("--lambda-b", problem: "is no option of Dynamic ReLU without intercepts")
    }
    return DynamicReLU(
      variant: variant, functions: functions,
      dynamicFunctions: try checked(dynamicFunctions, "--dynamic-functions", in: 1...functions),
      reduction: try checked(reduction, "--reduction", in: 1...65_536) ?? usual.reduction,
      hasIntercepts: hasIntercepts ?? usual.hasIntercepts,
      initialSlopes: try checked(initialSlopes, "--alpha", count: functions),
      initialIntercepts: try checked(initialIntercepts, "--beta", count: functions),
      slopeRange: try checked(slopeRange, "--lambda-a") ?? usual.slopeRange,
      interceptRange: try checked(interceptRange, "--lambda-b") ?? usual.interceptRange)
  }

  /// Refuses options that were given though the activation does not have them.
  private func allow(_ options: Set<String>, in name: String) throws(NetworkOptionError) {
    let given: [(String, Bool)] = [
      ("--functions", functions != nil), ("--dynamic-functions", dynamicFunctions != nil),
      ("--reduction", reduction != nil), ("--no-intercepts", hasIntercepts != nil),
      ("--alpha", initialSlopes != nil), ("--beta", initialIntercepts != nil), ("--lambda-a", slopeRange != nil),
      ("--lambda-b", interceptRange != nil),
    ]
    for (option, isGiven) in given where isGiven && !options.contains(option) {
      throw NetworkOptionError(option, problem: "is no option of \(name)")
    }
  }

  private func checked(
    _ value: Int?, _ option: String, in range: ClosedRange<Int>
  ) throws(NetworkOptionError) -> Int? {
    if let value, !range.contains(value) {
      throw NetworkOptionError("\(option) \(value)", problem: "must be \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// The initial values, if there is a finite one for each function.
  private func checked(
    _ values: [Float]?, _ option: String, count: Int
  ) throws(NetworkOptionError) -> [Float]? {
    guard let values else { return nil }
    let given = "\(option) \(values.map(\.description).joined(separator: ","))"
    guard values.count == count else {
      let numbers = count == 1 ? "1 number" : "\(count) numbers"
      throw NetworkOptionError(given, problem: "must be \(numbers), one for each function, not \(values.count)")
    }
    guard values.allSatisfy(\.isFinite) else { throw NetworkOptionError(given, problem: "must be finite") }
    return values
  }

  /// The range of a residual, if it is one.
  private func checked(_ range: Float?, _ option: String) throws(NetworkOptionError) -> Float? {
    if let range, !range.isFinite || range < 0 {
      throw NetworkOptionError("\(option) \(range)", problem: "must be finite and not below 0")
    }
    return range
  }
}
