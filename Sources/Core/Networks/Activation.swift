import Functions

/// An activation. Most are piecewise linear, equation (1): `y = max_k(a_k x + b_k)`, optionally scaled by a spatial
/// attention (variant C) and bounded above.
///
/// Dynamic ReLU's variants A, B and C with any K are options of this one type, and so are the special cases of Table 1:
/// ReLU is K = 2 with constant slopes 1, 0; ReLU6 is the same with ``upperBound`` 6; squeeze-and-excitation is K = 1
/// with a slope between 0 and 1. Maxout and smooth curves such as h-swish are activations without coefficients: see
/// ``hasCoefficients``.
public struct Activation: Sendable, Equatable, Codable {
  /// K: linear functions under the maximum, at least 1; 0 for a curve.
  public var functions: Int
  /// Whether channels share their coefficients.
  public var sharing: CoefficientSharing
  /// Where the coefficients come from.
  public var coefficients: CoefficientSource
  /// The spatial attention of DY-ReLU-C; nil for the others.
  public var attention: SpatialAttention?
  /// The largest output, 6 for ReLU6; nil without a bound.
  public var upperBound: Float?
  /// Factors within and around a curve; nil where all are 1.
  public var scales: CurveScales?
  /// Where the activation stands in the network.
  public var place: SitePlace
  /// What the block is called in the network's own code (`layer2.0`); nil where it has a number only.
  public var blockName: String?

  package init(
    functions: Int, sharing: CoefficientSharing, coefficients: CoefficientSource,
    attention: SpatialAttention? = nil, upperBound: Float? = nil, place: SitePlace, blockName: String? = nil
  ) {
    self.functions = functions
    self.sharing = sharing
    self.coefficients = coefficients
    self.attention = attention
    self.upperBound = upperBound
    self.place = place
    self.blockName = blockName
  }

  /// Static ReLU: K = 2, slopes 1 and 0 (Table 1); with an `upperBound` of 6, ReLU6.
  public static func relu(upperBound: Float? = nil, at place: SitePlace) -> Activation {
    Activation(
      functions: 2, sharing: .allChannels,
      coefficients: .constant(slopes: [1, 0], intercepts: [0, 0]), upperBound: upperBound, place: place)
  }

  /// LeakyReLU: K = 2, slopes 1 and `slope` (Table 1).
  public static func leakyReLU(slope: Float, at place: SitePlace) -> Activation {
    Activation(
      functions: 2, sharing: .allChannels, coefficients: .constant(slopes: [1, slope], intercepts: [0, 0]), place: place
    )
  }

  /// PReLU with a trained slope for each channel (Table 1), the tensor `slope`.
  public static func parametricReLU(slope: String, at place: SitePlace) -> Activation {
    Activation(functions: 2, sharing: .perChannel, coefficients: .parametric(slope: slope), place: place)
  }

  /// A fixed function of x alone.
  public static func curve(_ curve: Curve, scales: CurveScales? = nil, at place: SitePlace) -> Activation {
    var activation = Activation(functions: 0, sharing: .perChannel, coefficients: .curve(curve), place: place)
    activation.scales = scales
    return activation
  }

  /// Squeeze-and-excitation: K = 1, a slope of 0 to 1 for each channel and no intercept (Table 1). Weights are named as
  /// Dynamic ReLU's, `MODULE.fc1.weight` and so on.
  public static func squeezeExcitation(
    hidden: Int, gate: Gate = .sigmoid, at place: SitePlace, module: String
  ) -> Activation {
    Activation(
      functions: 1, sharing: .perChannel,
      coefficients: .hyper(
        HyperFunction(
          functions: 1, hidden: hidden, gate: gate, hasIntercepts: false, initialSlopes: [0],
          weight1: "\(module).fc1.weight", bias1: "\(module).fc1.bias",
          weight2: "\(module).fc2.weight", bias2: "\(module).fc2.bias")),
      place: place)
  }

  /// Whether the coefficients are computed from the input.
  public var isDynamic: Bool {
    switch coefficients {
    case .hyper, .given: true
    case .constant, .parametric, .curve, .maximum: false
    }
  }

  /// Whether it is a fixed function of one number, without linear pieces.
  public var isCurve: Bool {
    guard case .curve = coefficients else { return false }
    return true
  }

  /// Whether it is a PReLU: its first line for x > 0, its second below, even where that is the smaller one.
  public var isParametric: Bool { if case .parametric = coefficients { true } else { false } }

  /// Whether there are slopes and intercepts to look at: not in a curve or a Maxout.
  public var hasCoefficients: Bool {
    switch coefficients {
    case .constant, .parametric, .hyper, .given: true
    case .curve, .maximum: false
    }
  }
}

/// Whether all channels share one function (DY-ReLU-A) or each has its own (B and C).
public enum CoefficientSharing: String, Sendable, Equatable, Codable {
  /// One function for all channels.
  case allChannels = "all"
  /// One function for each channel.
  case perChannel = "channel"
}

/// Where an activation's slopes and intercepts come from.
public enum CoefficientSource: Sendable, Equatable, Codable {
  /// The same K slopes and K intercepts for every input and channel.
  case constant(slopes: [Float], intercepts: [Float])
  /// PReLU: x for x above 0, a_c x below, with a trained slope for each channel (or one for all). While a_c <= 1 that
  /// is equation (1) with K = 2 and slopes 1, a_c (Table 1). `slope` names the tensor, `[channels]` or `[1]`.
  case parametric(slope: String)
  /// Computed from the input by the hyper function of section 3.2. In a box: sites are handed on for every image, and a
  /// copy of the function's arrays and names would count each of them.
  indirect case hyper(HyperFunction)
  /// Computed by other nodes of the graph: the activation's second input, a vector of 2KM values in the order of
  /// equation (2) (all a^1, ..., all a^K, then the same of b); M is the number of channels, or 1 where they share.
  case given
  /// No coefficients: a fixed function of x alone. K is 0.
  case curve(Curve)
  /// No coefficients: Maxout, the largest of the node's K inputs, each the output of a convolution of its own. The
  /// first counts as x.
  case maximum
}

/// The hyper function θ(x) of section 3.2: global average pool, FC C -> `hidden`, ReLU, FC `hidden` -> outputs, the
/// gate; then equation (3), `a = α + λa Δa` and `b = β + λb Δb`.
///
/// The last layer's rows follow equation (2): all channels' a¹, ..., all channels' aᴷ, then the same of b
/// (no b rows without intercepts). With shared coefficients there is one "channel".
public struct HyperFunction: Sendable, Equatable, Codable {
  /// Units after the first layer, C / R.
  public var hidden: Int
  /// How many of the K functions are computed, the first ones; the others stay at α and β (Table 6: only the first
  /// segment dynamic).
  public var dynamicFunctions: Int
  /// What maps the second layer to residuals.
  public var gate: Gate
  /// What stands between the layers; nil for ReLU.
  public var innerCurve: Curve?
  /// Whether the outputs hold intercepts; without them b = β.
  public var hasIntercepts: Bool
  /// α, K values.
  public var initialSlopes: [Float]
  /// β, K values.
  public var initialIntercepts: [Float]
  /// λa.
  public var slopeRange: Float
  /// λb.
  public var interceptRange: Float
  /// Name of the first layer's weight, `[hidden, channels]`.
  public var weight1: String
  /// Name of the first layer's bias, `[hidden]`.
  public var bias1: String
  /// Name of the second layer's weight, `[outputs, hidden]`.
  public var weight2: String
  /// Name of the second layer's bias, `[outputs]`.
  public var bias2: String

  /// Creates a hyper function; α, β, λa and λb default to the paper's for `functions` = K.
  public init(
    functions: Int, hidden: Int, dynamicFunctions: Int? = nil, gate: Gate = .symmetricSigmoid, innerCurve: Curve? = nil,
    hasIntercepts: Bool = true, initialSlopes: [Float]? = nil, initialIntercepts: [Float]? = nil,
    slopeRange: Float = 1, interceptRange: Float = 0.5,
    weight1: String, bias1: String, weight2: String, bias2: String
  ) {
    self.hidden = hidden
    self.dynamicFunctions = dynamicFunctions ?? functions
    self.gate = gate
    self.innerCurve = innerCurve
    self.hasIntercepts = hasIntercepts
    self.initialSlopes = initialSlopes ?? [1] + Array(repeating: 0, count: functions - 1)
    self.initialIntercepts = initialIntercepts ?? Array(repeating: 0, count: functions)
    self.slopeRange = slopeRange
    self.interceptRange = interceptRange
    self.weight1 = weight1
    self.bias1 = bias1
    self.weight2 = weight2
    self.bias2 = bias2
  }

  /// Rows of the second layer: one or two for each computed function and each channel that has its own coefficients.
  public func outputs(channels: Int) -> Int { dynamicFunctions * (hasIntercepts ? 2 : 1) * channels }
}

/// The spatial attention of DY-ReLU-C, equation (4): `π = min(γ softmax(z / τ), 1)` over positions, with γ = `scale` ·
/// H · W.
public struct SpatialAttention: Sendable, Equatable, Codable {
  /// Name of the 1x1 convolution's weight, `[1, channels, 1, 1]`.
  public var weight: String
  /// Name of its bias, `[1]`, if there is one.
  public var bias: String?
  /// τ.
  public var temperature: Float
  /// γ / (H · W); 1/3 in the paper.
  public var scale: Float

  /// Creates an attention with the paper's τ = 10 and γ = HW / 3 unless told.
  package init(weight: String, bias: String?, temperature: Float = 10, scale: Float = 1.0 / 3.0) {
    self.weight = weight
    self.bias = bias
    self.temperature = temperature
    self.scale = scale
  }
}

/// Where an activation stands: the block's number and the position inside it.
public struct SitePlace: Sendable, Hashable, Codable {
  /// 1... for the network's blocks; 0 for what stands before them (the stem), the last number plus one for what
  /// follows.
  public var block: Int
  /// `A1` (after the expansion), `A2` (after the depthwise convolution), `A3` (after the projection), `stem`, `last`;
  /// free otherwise.
  public var site: String

  package init(block: Int, site: String) {
    self.block = block
    self.site = site
  }
}
