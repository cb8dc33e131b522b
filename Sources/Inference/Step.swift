import Networks
import Tensors

/// A feature map that steps pass on: an index into a plan's placements. Number 0 is the image, the only map without padding lanes.
struct Value: Sendable, Hashable {
  static let image = Value(index: 0)
  let index: Int
}

/// One call of a kernel, or a few that belong together, on maps whose place is fixed.
///
/// The larger ones are classes, so that walking a plan copies references alone.
enum Step: Sendable {
  case padding(PaddingStep)
  case convolution(ConvolutionStep)
  case normalization(NormalizationStep)
  case activation(ActivationStep)
  case add(AddStep)
  case pool(PoolStep)
  case windowPool(WindowPoolStep)
  case linear(LinearStep)
}

/// The image with padding lanes, for a network that begins with something other than a dense convolution.
struct PaddingStep: Sendable {
  let node: String
  let output: Value
  let shape: FeatureShape
}

/// A convolution with the batch normalisation after it folded in.
final class ConvolutionStep: Sendable {
  /// Which kernel runs it.
  enum Form: String, Sendable {
    /// 1x1, stride 1, no padding.
    case pointwise
    /// One filter for each channel.
    case depthwise
    /// Everything else; groups stand as zeros in the weights.
    case dense
  }

  let node: String
  /// The batch normalisation folded in.
  let folded: String?
  let form: Form
  let options: Convolution
  let input: Value
  let inputShape: FeatureShape
  let output: Value
  let outputShape: FeatureShape
  /// Packed for ``form``'s kernel.
  let weights: TensorSlice
  /// `[channelStride]`.
  let bias: TensorSlice

  init(
    node: String, folded: String?, form: Form, options: Convolution, input: Value, inputShape: FeatureShape,
    output: Value, outputShape: FeatureShape, weights: TensorSlice, bias: TensorSlice
  ) {
    self.node = node
    self.folded = folded
    self.form = form
    self.options = options
    self.input = input
    self.inputShape = inputShape
    self.output = output
    self.outputShape = outputShape
    self.weights = weights
    self.bias = bias
  }
}

/// A batch normalisation with no convolution of its own before it.
struct NormalizationStep: Sendable {
  let node: String
  let input: Value
  let output: Value
  let shape: FeatureShape
  /// `[channelStride]`.
  let scales: TensorSlice
  /// `[channelStride]`.
  let shifts: TensorSlice
}

/// An activation: its coefficients, then the pass over the map.
final class ActivationStep: Sendable {
  /// Where the coefficients come from.
  enum Source: Sendable {
    /// Known when the plan is made.
    case constant(SiteCoefficients)
    /// Computed for each image.
    case hyper(HyperLayers)
  }

  let site: ActivationSite
  let input: Value
  let output: Value
  let source: Source
  let attention: AttentionLayer?

  init(site: ActivationSite, input: Value, output: Value, source: Source, attention: AttentionLayer?) {
    self.site = site
    self.input = input
    self.output = output
    self.source = source
    self.attention = attention
  }
}

/// The coefficients of one site for one image: what the pass needs and what an observer sees.
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
/// The second layer's rows are moved so that every function's rows begin at a multiple of ``functionStride``.
final class HyperLayers: Sendable {
  let options: HyperFunction
  /// Packed `[hidden]` x `[channels]`.
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
    options: HyperFunction, weights1: TensorSlice, bias1: TensorSlice, weights2: TensorSlice, bias2: TensorSlice,
    outputs: Int, functionStride: Int
  ) {
    self.options = options
    self.weights1 = weights1
    self.bias1 = bias1
    self.weights2 = weights2
    self.bias2 = bias2
    self.outputs = outputs
    self.functionStride = functionStride
  }
}

/// The spatial attention of DY-ReLU-C.
struct AttentionLayer: Sendable {
  /// `[channelStride]`.
  let weight: TensorSlice
  let bias: Float
  let temperature: Float
  let gamma: Float
}

/// A residual connection.
struct AddStep: Sendable {
  let node: String
  let left: Value
  let right: Value
  let output: Value
  let shape: FeatureShape
}

/// A global average pool.
struct PoolStep: Sendable {
  let node: String
  let input: Value
  let inputShape: FeatureShape
  let output: Value
}

/// A pooling over windows.
final class WindowPoolStep: Sendable {
  let node: String
  let options: Pooling
  let input: Value
  let inputShape: FeatureShape
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, options: Pooling, input: Value, inputShape: FeatureShape, output: Value, outputShape: FeatureShape
  ) {
    self.node = node
    self.options = options
    self.input = input
    self.inputShape = inputShape
    self.output = output
    self.outputShape = outputShape
  }
}

/// A fully connected layer.
struct LinearStep: Sendable {
  let node: String
  let input: Value
  let inFeatures: Int
  let output: Value
  let outFeatures: Int
  let weights: TensorSlice
  let bias: TensorSlice
}

extension Step {
  /// The node that the step computes.
  var node: String {
    switch self {
    case .padding(let step): step.node
    case .convolution(let step): step.node
    case .normalization(let step): step.node
    case .activation(let step): step.site.node
    case .add(let step): step.node
    case .pool(let step): step.node
    case .windowPool(let step): step.node
    case .linear(let step): step.node
    }
  }

  /// The maps that it reads.
  var inputs: [Value] {
    switch self {
    case .padding: [.image]
    case .convolution(let step): [step.input]
    case .normalization(let step): [step.input]
    case .activation(let step): [step.input]
    case .add(let step): [step.left, step.right]
    case .pool(let step): [step.input]
    case .windowPool(let step): [step.input]
    case .linear(let step): [step.input]
    }
  }

  /// The map that it writes.
  var output: Value {
    switch self {
    case .padding(let step): step.output
    case .convolution(let step): step.output
    case .normalization(let step): step.output
    case .activation(let step): step.output
    case .add(let step): step.output
    case .pool(let step): step.output
    case .windowPool(let step): step.output
    case .linear(let step): step.output
    }
  }

  /// Whether the output may stand where an input stood that nothing reads later.
  var worksInPlace: Bool {
    switch self {
    case .activation, .normalization, .add: true
    case .padding, .convolution, .pool, .windowPool, .linear: false
    }
  }
}
