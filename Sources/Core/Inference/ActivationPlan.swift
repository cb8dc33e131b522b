import Functions
import KernelInterface
import Networks
import Tensors

/// An activation made ready to run, in a convolution's epilogue or in a pass of its own.
final class ActivationPlan: Sendable {
  /// Where the coefficients come from.
  enum Source: Sendable {
    /// Known when the plan is made.
    case constant(SiteCoefficients)
    /// Computed for each image.
    case hyper(HyperLayers)
    /// A vector of the graph, in the order of equation (2).
    case given(Value)
  }

  /// What becomes of x.
  enum Form: Sendable {
    /// max(x, 0), which takes no coefficients.
    case rectifier
    /// Equation (1).
    case lines
    /// x above 0, the second slope times x below, whatever the slope.
    case parametric
    case curve(Curve)
  }

  let site: ActivationSite
  /// Nil for a curve.
  let source: Source?
  let form: Form
  let attention: AttentionLayer?
  /// What y does not exceed. Like ``siteID`` here, since a site has many parts to copy.
  let upperBound: Float
  let siteID: Int

  init(site: ActivationSite, source: Source?, form: Form, attention: AttentionLayer?) {
    self.site = site
    self.source = source
    self.form = form
    self.attention = attention
    upperBound = site.activation.upperBound ?? .infinity
    siteID = site.id
  }

  /// What it reads beside its own x.
  var inputs: [Value] {
    let features: [Value] =
      switch source {
      case .hyper(let layers): layers.features.inputs
      case .given(let coefficients): [coefficients]
      case .constant, nil: []
      }
    return features + (attention?.input.map { [$0] } ?? [])
  }
}

/// The coefficients of one site for one image: what the kernels need and what an observer sees.
struct SiteCoefficients: Sendable {
  /// `[K][channelStride]`, zero in padding lanes.
  let slopes: TensorSlice
  /// Laid out like ``slopes``.
  let intercepts: TensorSlice
  /// One function, or one for each channel.
  let observed: ActivationCoefficients
}

/// The two fully connected layers of a hyper function, packed.
///
/// The first layer takes ``features``, from which the means of x follow linearly; that step is multiplied into its
/// weights. The second layer's rows are moved so that every function's rows begin at a multiple of ``functionStride``.
final class HyperLayers: Sendable {
  let options: HyperFunction
  /// What the first layer takes.
  let features: HyperFeatures
  /// How many features.
  let inFeatures: Int
  /// Packed `[hidden]` x `[inFeatures]`.
  let weights1: TensorSlice
  let bias1: TensorSlice
  /// Packed `[outputs]` x `[hidden]`.
  let weights2: TensorSlice
  let bias2: TensorSlice
  /// Rows of the second layer, the gaps between functions included.
  let outputs: Int
  /// Rows from one function's to the next function's: the channel stride, or 1 for shared coefficients.
  let functionStride: Int

  init(
    options: HyperFunction, features: HyperFeatures, first: PackedLayer, second: PackedLayer, outputs: Int,
    functionStride: Int
  ) {
    self.options = options
    self.features = features
    inFeatures = first.inFeatures
    (weights1, bias1) = (first.weights, first.bias)
    (weights2, bias2) = (second.weights, second.bias)
    self.outputs = outputs
    self.functionStride = functionStride
  }
}

/// A packed fully connected layer.
struct PackedLayer: Sendable {
  let inFeatures: Int
  let weights: TensorSlice
  let bias: TensorSlice
}

/// What a hyper function's first layer is computed from, in the place of the global average pool of x.
enum HyperFeatures: Sendable {
  /// The channel means of x, by a pass over it.
  case means(Value, FeatureShape)
  /// The totals of sums that were kept by row: of x itself, or of the map from which a 1x1 convolution computes x.
  case totals(Value, rows: Int, stride: Int)
  /// Sums under the taps of the dense convolution that computes x from `input`.
  case windows(KeptSums, input: Value, WindowGeometry)
  /// The channel means of x from sums under the taps of the depthwise convolution that computes it, with its packed
  /// weights and bias.
  case depthwise(KeptSums, input: Value, WindowGeometry, weights: TensorSlice, bias: TensorSlice)

  /// The values that are read.
  var inputs: [Value] {
    switch self {
    case .means(let x, _): [x]
    case .totals(let sums, _, _): [sums]
    case .windows(let sums, let input, _): [sums.value, input]
    case .depthwise(let sums, let input, _, _, _): [sums.value, input]
    }
  }

  /// Floats of features, and of the sums under taps that they follow from.
  var counts: (features: Int, windows: Int) {
    switch self {
    case .means(_, let shape): (shape.channelStride, 0)
    case .totals(_, _, let stride): (stride, 0)
    case .windows(_, _, let geometry): (geometry.kernel.height * geometry.kernel.width * geometry.inputStride, 0)
    case .depthwise(_, _, let geometry, _, _):
      (
        geometry.inputShape.channelStride,
        geometry.kernel.height * geometry.kernel.width * geometry.inputShape.channelStride
      )
    }
  }
}

/// The spatial attention of DY-ReLU-C.
struct AttentionLayer: Sendable {
  /// `[channelStride]`.
  let weight: TensorSlice
  let bias: Float
  let temperature: Float
  let gamma: Float
  /// The map that the weight is for: x itself (nil), or the one from which a 1x1 convolution, multiplied into the
  /// weight, computes x.
  let input: Value?
  /// That map's shape.
  let shape: FeatureShape
}
