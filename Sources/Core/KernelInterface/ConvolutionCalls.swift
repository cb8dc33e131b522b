import Tensors

/// A 1x1 convolution: `x[p][o] = bias[o] + sum_i input[p][i] * weights[o / 16][i][o % 16]` over all positions p, then
/// the epilogue.
public struct PointwiseCall {
  /// `[positions][inputStride]`.
  public let input: TensorSlice
  /// `[positions][outputStride]`.
  public let output: TensorSlice
  /// Positions.
  public let positions: Int
  /// Input channels in use (the depth of the product).
  public let inChannels: Int
  /// Output channels in use.
  public let outChannels: Int
  /// Packed `[outputStride / 16][inChannels][16]`, zero in padding lanes.
  public let weights: TensorSlice
  /// `[outputStride]`, zero in padding lanes.
  public let bias: TensorSlice
  /// What is done to x.
  public let epilogue: Epilogue

  /// Creates a call; strides are the channel counts padded to 16.
  public init(
    input: TensorSlice, output: TensorSlice, positions: Int, inChannels: Int, outChannels: Int,
    weights: TensorSlice, bias: TensorSlice, epilogue: Epilogue = Epilogue()
  ) {
    let outStride = FeatureShape.padded(outChannels)
    precondition(input.count >= positions * FeatureShape.padded(inChannels))
    precondition(output.count >= positions * outStride)
    precondition(weights.count >= outStride * inChannels && bias.count >= outStride)
    epilogue.check(positions: positions, channelStride: outStride)
    self.input = input
    self.output = output
    self.positions = positions
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.weights = weights
    self.bias = bias
    self.epilogue = epilogue
  }
}

/// How a k x k window with zero padding moves over a map.
public struct WindowGeometry: Sendable {
  /// The input's shape.
  public let inputShape: FeatureShape
  /// Floats from one input position to the next: the channel stride, or (dense convolutions and sums) any number from
  /// the channels on.
  public let inputStride: Int
  /// The whole output's shape.
  public let outputShape: FeatureShape
  /// Kernel rows and columns.
  public let kernel: (height: Int, width: Int)
  /// Steps between outputs.
  public let stride: (height: Int, width: Int)
  /// Padding above and to the left.
  public let origin: (top: Int, left: Int)
  /// Steps between kernel taps.
  public let dilation: (height: Int, width: Int)
  /// Groups of a dense convolution's channels.
  public let groups: Int

  /// Creates a geometry; the input's stride is its channel stride unless told.
  public init(
    inputShape: FeatureShape, inputStride: Int? = nil, outputShape: FeatureShape, kernel: (height: Int, width: Int),
    stride: (height: Int, width: Int), origin: (top: Int, left: Int), dilation: (height: Int, width: Int),
    groups: Int = 1
  ) {
    self.groups = groups
    self.inputShape = inputShape
    self.inputStride = inputStride ?? inputShape.channelStride
    self.outputShape = outputShape
    self.kernel = kernel
    self.stride = stride
    self.origin = origin
    self.dilation = dilation
    precondition(self.inputStride >= inputShape.channels, "positions overlap")
    precondition(min(kernel.height, kernel.width, stride.height, stride.width) >= 1, "an empty window, or no step")
    precondition(min(dilation.height, dilation.width) >= 1, "taps on one another")
  }
}

/// Rows of a k x k convolution with zero padding, dense or depthwise, then the epilogue.
public struct SpatialCall {
  /// `[inputShape.positions][inputStride]`.
  public let input: TensorSlice
  /// `[rows][outputShape.width][outputShape.channelStride]`.
  public let output: TensorSlice
  /// Shapes and steps.
  public let geometry: WindowGeometry
  /// The rows of the output to compute; ``output`` and the epilogue begin with the first of them.
  public let rows: Range<Int>
  /// Dense: packed `[outputStride / 16][kernelHeight][kernelWidth][depth][16]`, see ``ChannelWindows``. Depthwise:
  /// `[kernelHeight][kernelWidth][channelStride]`. Zero in padding lanes.
  public let weights: TensorSlice
  /// `[outputStride]`, zero in padding lanes.
  public let bias: TensorSlice
  /// What is done to x.
  public let epilogue: Epilogue

  /// Creates a call; all rows unless told.
  public init(
    input: TensorSlice, output: TensorSlice, geometry: WindowGeometry, rows: Range<Int>? = nil,
    weights: TensorSlice, bias: TensorSlice, epilogue: Epilogue = Epilogue()
  ) {
    let shape = geometry.outputShape
    let rows = rows ?? 0..<shape.height
    precondition(
      input.count >= (geometry.inputShape.positions - 1) * geometry.inputStride + geometry.inputShape.channels)
    precondition(rows.lowerBound >= 0 && rows.upperBound <= shape.height, "rows outside the output")
    precondition(output.count >= rows.count * shape.width * shape.channelStride && bias.count >= shape.channelStride)
    epilogue.check(positions: rows.count * shape.width, channelStride: shape.channelStride)
    precondition(epilogue.sums.map { $0.width == shape.width } ?? true, "sums are of the output's rows")
    self.input = input
    self.output = output
    self.geometry = geometry
    self.rows = rows
    self.weights = weights
    self.bias = bias
    self.epilogue = epilogue
  }
}
