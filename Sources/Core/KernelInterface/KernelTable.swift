import Tensors

/// The kernels of one instruction set. Each entry's work is on whole maps, so the indirect call costs nothing that
/// matters.
///
/// All maps are NHWC with channels padded to 16 floats; padding lanes hold zeros on entry and after the call.
public struct KernelTable: Sendable {
  /// What the kernels were compiled for.
  public let instructionSet: InstructionSet
  /// The tile that most of a convolution runs in.
  public let tileShape: @Sendable (_ kernel: ConvolutionKernel, _ geometry: WindowGeometry) -> TileShape
  /// 1x1 convolution, stride 1.
  public let pointwise: @Sendable (PointwiseCall) -> Void
  /// Dense k x k convolution (any kernel, stride, padding, dilation, groups).
  public let convolution: @Sendable (SpatialCall) -> Void
  /// Dense 3 x 3 convolution of stride 1 with fewer multiplications.
  public let winograd: @Sendable (WinogradCall) -> Void
  /// Depthwise convolution (any kernel, stride, padding, dilation).
  public let depthwise: @Sendable (SpatialCall) -> Void
  /// An epilogue on a map that is there already.
  public let elementwise: @Sendable (ElementwiseCall) -> Void
  /// Mean over positions of each channel: `[positions * channelStride]` to `[channelStride]`.
  public let channelMeans: @Sendable (_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) -> Void
  /// Sums over the columns of a map, row by row.
  public let rowSums: @Sendable (RowSumsCall) -> Void
  /// Sums under the taps of a window, from sums by row.
  public let windowSums: @Sendable (WindowSumsCall) -> Void
  /// Pooling over windows.
  public let pool: @Sendable (PoolCall) -> Void
  /// Fully connected layer on one vector or several.
  public let linear: @Sendable (LinearCall) -> Void
  /// The hyper function's gate with equation (3).
  public let gate: @Sendable (GateCall) -> Void
  /// Two maps combined element by element.
  public let combine: @Sendable (BinaryCall) -> Void
  /// Channels of one map, copied to another.
  public let copyChannels: @Sendable (ChannelCall) -> Void
  /// Elements of a map moved, repeated or left out.
  public let rearrange: @Sendable (RearrangeCall) -> Void
  /// A map sampled at another size.
  public let upsample: @Sendable (UpsampleCall) -> Void
  /// Spatial attention of equation (4).
  public let attention: @Sendable (AttentionCall) -> Void
  /// Normalisation over the channels of each position.
  public let layerNormalization: @Sendable (LayerNormalizationCall) -> Void
  /// Mean squared distances of each channel's values from a centre.
  public let channelSquares: @Sendable (ChannelSquaresCall) -> Void
  /// Softmax over positions or channels.
  public let softmax: @Sendable (SoftmaxCall) -> Void
  /// Counts (x, y) pairs into a two-dimensional histogram.
  public let binPairs: @Sendable (BinningCall) -> BinningResult
  /// Counts (x, y) pairs by channel, and which of an image's lines they lie on.
  public let countChannels: @Sendable (ChannelPairsCall) -> Void
  /// Adds slopes and intercepts to fixed-point sums; nil, and nothing added, where a coefficient cannot be summed.
  public let addCoefficients: @Sendable (CoefficientCall) -> CoefficientResult?
  /// Adds slope differences to a histogram and to sums.
  public let addToHistogram: @Sendable (HistogramCall) -> HistogramResult
  /// Does nothing but multiply-adds in registers: `rounds` of them in each of some independent lanes, x = x * 0.5 + 1.
  ///
  /// Writes the lanes' sum to the output's first element and returns the number of multiply-adds: divided by the time
  /// they took, the machine's limit.
  public let peak: @Sendable (_ rounds: Int, _ output: TensorSlice) -> Int
  /// Pixels to a network's input.
  public let images: ImageKernels

  /// Creates a table.
  public init(
    instructionSet: InstructionSet,
    tileShape: @escaping @Sendable (ConvolutionKernel, WindowGeometry) -> TileShape,
    pointwise: @escaping @Sendable (PointwiseCall) -> Void,
    convolution: @escaping @Sendable (SpatialCall) -> Void,
    winograd: @escaping @Sendable (WinogradCall) -> Void,
    depthwise: @escaping @Sendable (SpatialCall) -> Void,
    elementwise: @escaping @Sendable (ElementwiseCall) -> Void,
    channelMeans: @escaping @Sendable (TensorSlice, FeatureShape, TensorSlice) -> Void,
    rowSums: @escaping @Sendable (RowSumsCall) -> Void,
    windowSums: @escaping @Sendable (WindowSumsCall) -> Void,
    pool: @escaping @Sendable (PoolCall) -> Void,
    linear: @escaping @Sendable (LinearCall) -> Void,
    gate: @escaping @Sendable (GateCall) -> Void,
    combine: @escaping @Sendable (BinaryCall) -> Void,
    copyChannels: @escaping @Sendable (ChannelCall) -> Void,
    rearrange: @escaping @Sendable (RearrangeCall) -> Void,
    upsample: @escaping @Sendable (UpsampleCall) -> Void,
    attention: @escaping @Sendable (AttentionCall) -> Void,
    layerNormalization: @escaping @Sendable (LayerNormalizationCall) -> Void,
    channelSquares: @escaping @Sendable (ChannelSquaresCall) -> Void,
    softmax: @escaping @Sendable (SoftmaxCall) -> Void,
    binPairs: @escaping @Sendable (BinningCall) -> BinningResult,
    countChannels: @escaping @Sendable (ChannelPairsCall) -> Void,
    addCoefficients: @escaping @Sendable (CoefficientCall) -> CoefficientResult?,
    addToHistogram: @escaping @Sendable (HistogramCall) -> HistogramResult,
    peak: @escaping @Sendable (Int, TensorSlice) -> Int,
    images: ImageKernels
  ) {
    self.instructionSet = instructionSet
    self.tileShape = tileShape
    self.pointwise = pointwise
    self.convolution = convolution
    self.winograd = winograd
    self.depthwise = depthwise
    self.elementwise = elementwise
    self.channelMeans = channelMeans
    self.rowSums = rowSums
    self.windowSums = windowSums
    self.pool = pool
    self.linear = linear
    self.gate = gate
    self.combine = combine
    self.copyChannels = copyChannels
    self.rearrange = rearrange
    self.upsample = upsample
    self.attention = attention
    self.layerNormalization = layerNormalization
    self.channelSquares = channelSquares
    self.softmax = softmax
    self.binPairs = binPairs
    self.countChannels = countChannels
    self.addCoefficients = addCoefficients
    self.addToHistogram = addToHistogram
    self.peak = peak
    self.images = images
  }
}
