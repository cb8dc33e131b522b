import KernelInterface
import Networks
import Tensors

/// Floats that steps pass on, a feature map or sums of one: an index into a plan's placements. Number 0 is the image, the only map without
/// padding lanes.
struct Value: Sendable, Hashable {
  static let image = Value(index: 0)
  let index: Int
}

/// One call of a kernel, or a few that belong together, on maps whose place is fixed.
///
/// The larger ones are classes, so that walking a plan copies references alone.
enum Step: Sendable {
  case padding(PaddingStep)
  case rowSums(RowSumsStep)
  case convolution(ConvolutionStep)
  case elementwise(ElementwiseStep)
  case pool(PoolStep)
  case windowPool(WindowPoolStep)
  case combine(CombineStep)
  case channels(ChannelStep)
  case upsample(UpsampleStep)
  case linear(LinearStep)
}

/// The image with padding lanes, for a network that begins with something other than a dense convolution.
struct PaddingStep: Sendable {
  let node: String
  let output: Value
  let shape: FeatureShape
}

/// The image's sums by row, from which the mean of the first convolution's output follows.
struct RowSumsStep: Sendable {
  let node: String
  let shape: FeatureShape
  let sums: KeptSums
}

/// Sums by row that a step keeps of its output: `[rows][period][channelStride]`.
struct KeptSums: Sendable {
  let value: Value
  let period: Int
}

/// A convolution with everything that happens to its sums before they are stored: the batch normalisation is folded into the weights, the
/// rest is the kernel's epilogue.
final class ConvolutionStep: Sendable {
  /// Which kernel runs it.
  enum Form: String, Sendable {
    /// 1x1, stride 1, no padding.
    case pointwise
    /// One filter for each channel.
    case depthwise
    /// Everything else.
    case dense
  }

  /// The nodes that the step computes; the first is the convolution.
  let nodes: [String]
  let form: Form
  let geometry: WindowGeometry
  let input: Value
  let output: Value
  /// Packed for ``form``'s kernel.
  let weights: TensorSlice
  /// `[channelStride]`.
  let bias: TensorSlice
  let fusion: ConvolutionFusion
  /// Multiply-adds of one image.
  let multiplyAdds: Int

  init(
    nodes: [String], form: Form, geometry: WindowGeometry, input: Value, output: Value, weights: TensorSlice,
    bias: TensorSlice, fusion: ConvolutionFusion, multiplyAdds: Int
  ) {
    self.nodes = nodes
    self.form = form
    self.geometry = geometry
    self.input = input
    self.output = output
    self.weights = weights
    self.bias = bias
    self.fusion = fusion
    self.multiplyAdds = multiplyAdds
  }
}

/// What a convolution does in its epilogue: `activation(sums + addend) + residual`.
struct ConvolutionFusion: Sendable {
  var addend: Value?
  var activation: ActivationPlan?
  var residual: Value?
  /// Sums of what is stored.
  var sums: KeptSums?
}

/// A pass over a map: an activation, batch normalisation or sum that no convolution takes along.
final class ElementwiseStep: Sendable {
  /// What happens to each value.
  enum Operation: Sendable {
    case activation(ActivationPlan)
    /// `y = scale x + shift` for each channel; `[channelStride]` each.
    case normalization(scales: TensorSlice, shifts: TensorSlice)
    /// Adds another map of the same shape.
    case sum(Value)
  }

  let node: String
  let operation: Operation
  let input: Value
  let output: Value
  let shape: FeatureShape
  let sums: KeptSums?

  init(node: String, operation: Operation, input: Value, output: Value, shape: FeatureShape, sums: KeptSums?) {
    self.node = node
    self.operation = operation
    self.input = input
    self.output = output
    self.shape = shape
    self.sums = sums
  }
}

/// A global average pool.
struct PoolStep: Sendable {
  let node: String
  let input: Value
  let inputShape: FeatureShape
  /// The input's sums, if its producer kept them.
  let sums: KeptSums?
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
