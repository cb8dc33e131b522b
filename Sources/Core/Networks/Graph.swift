import Tensors

/// A convolutional network as a list of named nodes in the order in which they run.
///
/// A node's inputs come before it. Builders, files and importers all produce this one form; `Inference` plans and runs it.
public struct Graph: Sendable, Equatable {
  /// The nodes, inputs before their users. The first is the only `.input`.
  public var nodes: [Node]
  /// The name of the node whose value is the result (the logits of a classifier).
  public var output: String

  /// Creates a graph; ``GraphShapes`` validates it.
  public init(nodes: [Node], output: String) {
    self.nodes = nodes
    self.output = output
  }
}

/// One operation of a ``Graph``.
public struct Node: Sendable, Equatable {
  /// Unique in its graph; mirrors the module's name in the checkpoint (`blocks.4.depthwise.act`).
  public var name: String
  /// What it computes.
  public var operation: Operation
  /// Names of the nodes whose values it takes.
  public var inputs: [String]

  /// Creates a node.
  public init(name: String, operation: Operation, inputs: [String]) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
  }
}

/// What a node computes. Weights are named; their values live beside the graph.
public enum Operation: Sendable, Equatable {
  /// The preprocessed image.
  case input(FeatureShape)
  /// A 2-D convolution.
  case convolution(Convolution)
  /// Batch normalisation with running statistics; `Inference` folds it into the convolution before it.
  case batchNormalization(BatchNormalization)
  /// An activation, static or dynamic.
  case activation(Activation)
  /// The sum of two maps (a residual connection). The second has the first's shape, or is 1 x 1 x C, or H x W x 1.
  case add
  /// The product of two maps, of shapes as for ``add``.
  case multiply
  /// Maps of one height and width behind each other, along the channels.
  case concatenate
  /// Some of a map's channels, in any order: channel i of the result is channel `channels[i]` of the input.
  case selectChannels([Int])
  /// A larger map by interpolation.
  case upsample(Upsampling)
  /// The mean over all positions: C x H x W to C x 1 x 1.
  case globalAveragePool
  /// The largest or the mean value under each position of a window.
  case pool(Pooling)
  /// A fully connected layer on a C x 1 x 1 map.
  case linear(Linear)
}

/// A 2-D convolution. The weight has shape `[outChannels, inChannels / groups, kernel.height, kernel.width]`.
public struct Convolution: Sendable, Equatable {
  /// Channels produced.
  public var outChannels: Int
  /// Kernel height and width.
  public var kernel: Extent2D
  /// Step between output positions.
  public var stride: Extent2D
  /// Zero padding before and after each axis.
  public var padding: Padding
  /// Step between kernel taps.
  public var dilation: Extent2D
  /// Groups; equal to the input's channels for a depthwise convolution.
  public var groups: Int
  /// Name of the weight tensor.
  public var weight: String
  /// Name of the bias tensor `[outChannels]`, if there is one.
  public var bias: String?

  /// Creates a convolution; one group, no dilation and no bias unless told.
  public init(
    outChannels: Int, kernel: Extent2D, stride: Extent2D = Extent2D(1), padding: Padding = Padding(0),
    dilation: Extent2D = Extent2D(1), groups: Int = 1, weight: String, bias: String? = nil
  ) {
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.weight = weight
    self.bias = bias
  }
}

/// A height and a width.
public struct Extent2D: Sendable, Hashable {
  /// Vertical extent.
  public var height: Int
  /// Horizontal extent.
  public var width: Int

  /// Creates an extent.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// A square extent.
  public init(_ side: Int) { self.init(height: side, width: side) }
}

/// Rows and columns added around a map.
public struct Padding: Sendable, Hashable {
  /// Rows above.
  public var top: Int
  /// Columns to the left.
  public var left: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the right.
  public var right: Int

  /// Creates a padding.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same padding on all four sides.
  public init(_ side: Int) { self.init(top: side, left: side, bottom: side, right: side) }
}

/// Batch normalisation in inference: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`, each `[channels]`.
public struct BatchNormalization: Sendable, Equatable {
  /// Name of the scale.
  public var weight: String
  /// Name of the shift.
  public var bias: String
  /// Name of the running mean.
  public var mean: String
  /// Name of the running variance.
  public var variance: String
  /// Added to the variance.
  public var epsilon: Float

  /// Creates a batch normalisation.
  public init(weight: String, bias: String, mean: String, variance: String, epsilon: Float = 1e-5) {
    self.weight = weight
    self.bias = bias
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }
}

/// A fully connected layer. The weight has shape `[outFeatures, inFeatures]`.
public struct Linear: Sendable, Equatable {
  /// Features produced.
  public var outFeatures: Int
  /// Name of the weight tensor.
  public var weight: String
  /// Name of the bias tensor `[outFeatures]`, if there is one.
  public var bias: String?

  /// Creates a fully connected layer.
  public init(outFeatures: Int, weight: String, bias: String?) {
    self.outFeatures = outFeatures
    self.weight = weight
    self.bias = bias
  }
}
