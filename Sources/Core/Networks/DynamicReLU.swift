/// The three ways in which Dynamic ReLU shares its coefficients (Fig. 2 of the paper).
public enum DynamicReLUVariant: String, Sendable, Hashable, CaseIterable {
  /// Shared by positions and channels: the hyper function has 2K outputs.
  case a
  /// Shared by positions: 2KC outputs.
  case b
  /// As ``b``, times a spatial attention (equation 4).
  case c
}

/// The options of Dynamic ReLU as the paper names them, before they meet a feature map; the defaults are the paper's.
public struct DynamicReLU: Sendable, Equatable {
  /// A, B or C.
  public var variant: DynamicReLUVariant
  /// K.
  public var functions: Int
  /// R: the hyper function's hidden layer has C / R units, at least 1.
  public var reduction: Int
  /// How many of the K functions are computed, the first ones; nil for all. With K = 2 and 1 of them, Table 6's `max(a
  /// x + b, 0)`.
  public var dynamicFunctions: Int?
  /// Whether the hyper function gives intercepts; without them b = β.
  public var hasIntercepts: Bool
  /// α, K values; nil for 1, 0, 0, ...
  public var initialSlopes: [Float]?
  /// β, K values; nil for zeros.
  public var initialIntercepts: [Float]?
  /// λa.
  public var slopeRange: Float
  /// λb.
  public var interceptRange: Float
  /// τ of the attention's softmax.
  public var temperature: Float
  /// γ / (H · W) of the attention.
  public var attentionScale: Float

  /// Creates options; DY-ReLU-B with the paper's defaults unless told.
  public init(
    variant: DynamicReLUVariant = .b, functions: Int = 2, dynamicFunctions: Int? = nil, reduction: Int = 8,
    hasIntercepts: Bool = true, initialSlopes: [Float]? = nil, initialIntercepts: [Float]? = nil, slopeRange: Float = 1,
    interceptRange: Float = 0.5, temperature: Float = 10, attentionScale: Float = 1.0 / 3.0
  ) {
    precondition(functions >= 1 && reduction >= 1, "K and R are at least 1")
    precondition(dynamicFunctions.map { 1...functions ~= $0 } ?? true, "1 to K dynamic functions")
    precondition(initialSlopes.map { $0.count == functions } ?? true, "K initial slopes")
    precondition(initialIntercepts.map { $0.count == functions } ?? true, "K initial intercepts")
    self.variant = variant
    self.functions = functions
    self.dynamicFunctions = dynamicFunctions
    self.reduction = reduction
    self.hasIntercepts = hasIntercepts
    self.initialSlopes = initialSlopes
    self.initialIntercepts = initialIntercepts
    self.slopeRange = slopeRange
    self.interceptRange = interceptRange
    self.temperature = temperature
    self.attentionScale = attentionScale
  }

  /// The same options with one linear function, α = 1 and β = 0: what stands after a projection, where MobileNetV2 has
  /// no activation.
  public var affine: DynamicReLU {
    var affine = self
    affine.functions = 1
    affine.dynamicFunctions = nil
    affine.initialSlopes = nil
    affine.initialIntercepts = nil
    return affine
  }

  /// The activation of a map with `channels` channels, its weights named `MODULE.fc1.weight` and so on.
  public func activation(channels: Int, at place: SitePlace, module: String) -> Activation {
    let hyper = HyperFunction(
      functions: functions, hidden: max(channels / reduction, 1), dynamicFunctions: dynamicFunctions,
      hasIntercepts: hasIntercepts,
      initialSlopes: initialSlopes, initialIntercepts: initialIntercepts, slopeRange: slopeRange,
      interceptRange: interceptRange, weight1: "\(module).fc1.weight", bias1: "\(module).fc1.bias",
      weight2: "\(module).fc2.weight", bias2: "\(module).fc2.bias")
    let attention = SpatialAttention(
      weight: "\(module).attention.weight", bias: "\(module).attention.bias", temperature: temperature,
      scale: attentionScale)
    return Activation(
      functions: functions, sharing: variant == .a ? .allChannels : .perChannel, coefficients: .hyper(hyper),
      attention: variant == .c ? attention : nil, place: place)
  }
}
