import Tensors

/// The kernels of one instruction set. Each entry's work is on whole maps, so the indirect call costs nothing that matters.
///
/// All maps are NHWC with channels padded to 16 floats; padding lanes hold zeros on entry and after the call.
public struct KernelTable: Sendable {
  /// What the kernels were compiled for.
  public let instructionSet: InstructionSet
  /// 1x1 convolution, stride 1.
  public let pointwise: @Sendable (PointwiseCall) -> Void
  /// Dense k x k convolution (any kernel, stride, padding, dilation).
  public let convolution: @Sendable (SpatialCall) -> Void
  /// Depthwise convolution (any kernel, stride, padding, dilation).
  public let depthwise: @Sendable (SpatialCall) -> Void
  /// Piecewise linear activation with given coefficients.
  public let activation: @Sendable (ActivationCall) -> Void
  /// `output[i] = left[i] + right[i]`; output may be one of the two.
  public let add: @Sendable (_ left: TensorSlice, _ right: TensorSlice, _ output: TensorSlice) -> Void
  /// Mean over positions of each channel: `[positions * channelStride]` to `[channelStride]`.
  public let channelMeans: @Sendable (_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) -> Void
  /// Pooling over windows.
  public let pool: @Sendable (PoolCall) -> Void
  /// Fully connected layer on one vector.
  public let linear: @Sendable (LinearCall) -> Void
  /// `output[i] = base + range * (2σ(input[i]) - 1)`: the hyper function's gate with equation (3), to 1e-6 of its terms.
  ///
  /// Elements of `output` beyond `input.count` become zero: pass the channels in use and a padded output.
  public let gate: @Sendable (_ input: TensorSlice, _ base: Float, _ range: Float, _ output: TensorSlice) -> Void
  /// Spatial attention of equation (4).
  public let attention: @Sendable (AttentionCall) -> Void
  /// Counts (x, y) pairs into a two-dimensional histogram.
  public let binPairs: @Sendable (BinningCall) -> BinningResult
  /// Adds slopes and intercepts to fixed-point sums; nil, and nothing added, where a coefficient cannot be summed.
  public let addCoefficients: @Sendable (CoefficientCall) -> CoefficientResult?
  /// Adds slope differences to a histogram and to sums.
  public let addDifferences: @Sendable (DifferenceCall) -> DifferenceResult
  /// Does nothing but multiply-adds in registers: `rounds` of them in each of some independent lanes, x = x * 0.5 + 1.
  ///
  /// Writes the lanes' sum to the output's first element and returns the number of multiply-adds: divided by the time they took, the machine's limit.
  public let peak: @Sendable (_ rounds: Int, _ output: TensorSlice) -> Int
  /// Pixels to a network's input.
  public let images: ImageKernels

  /// Creates a table.
  public init(
    instructionSet: InstructionSet,
    pointwise: @escaping @Sendable (PointwiseCall) -> Void,
    convolution: @escaping @Sendable (SpatialCall) -> Void,
    depthwise: @escaping @Sendable (SpatialCall) -> Void,
    activation: @escaping @Sendable (ActivationCall) -> Void,
    add: @escaping @Sendable (TensorSlice, TensorSlice, TensorSlice) -> Void,
    channelMeans: @escaping @Sendable (TensorSlice, FeatureShape, TensorSlice) -> Void,
    pool: @escaping @Sendable (PoolCall) -> Void,
    linear: @escaping @Sendable (LinearCall) -> Void,
    gate: @escaping @Sendable (TensorSlice, Float, Float, TensorSlice) -> Void,
    attention: @escaping @Sendable (AttentionCall) -> Void,
    binPairs: @escaping @Sendable (BinningCall) -> BinningResult,
    addCoefficients: @escaping @Sendable (CoefficientCall) -> CoefficientResult?,
    addDifferences: @escaping @Sendable (DifferenceCall) -> DifferenceResult,
    peak: @escaping @Sendable (Int, TensorSlice) -> Int,
    images: ImageKernels
  ) {
    self.instructionSet = instructionSet
    self.pointwise = pointwise
    self.convolution = convolution
    self.depthwise = depthwise
    self.activation = activation
    self.add = add
    self.channelMeans = channelMeans
    self.pool = pool
    self.linear = linear
    self.gate = gate
    self.attention = attention
    self.binPairs = binPairs
    self.addCoefficients = addCoefficients
    self.addDifferences = addDifferences
    self.peak = peak
    self.images = images
  }
}

/// A 1x1 convolution: `output[p][o] = bias[o] + sum_i input[p][i] * weights[o / 16][i][o % 16]` over all positions p.
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

  /// Creates a call; strides are the channel counts padded to 16.
  public init(
    input: TensorSlice, output: TensorSlice, positions: Int, inChannels: Int, outChannels: Int,
    weights: TensorSlice, bias: TensorSlice
  ) {
    let outStride = FeatureShape.padded(outChannels)
    precondition(input.count >= positions * FeatureShape.padded(inChannels))
    precondition(output.count >= positions * outStride)
    precondition(weights.count >= outStride * inChannels && bias.count >= outStride)
    self.input = input
    self.output = output
    self.positions = positions
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.weights = weights
    self.bias = bias
  }
}

/// A k x k convolution with zero padding, dense or depthwise.
public struct SpatialCall {
  /// `[inputShape.positions][inputStride]`.
  public let input: TensorSlice
  /// The input's shape.
  public let inputShape: FeatureShape
  /// Floats from one input position to the next: the channel stride, or for a dense convolution any number from the channels on.
  public let inputStride: Int
  /// `[outputShape.positions][outputShape.channelStride]`.
  public let output: TensorSlice
  /// The output's shape.
  public let outputShape: FeatureShape
  /// Kernel rows and columns.
  public let kernel: (height: Int, width: Int)
  /// Steps between outputs.
  public let stride: (height: Int, width: Int)
  /// Padding above and to the left.
  public let origin: (top: Int, left: Int)
  /// Steps between kernel taps.
  public let dilation: (height: Int, width: Int)
  /// Dense: packed `[outputStride / 16][kernelHeight][kernelWidth][inChannels][16]`. Depthwise: `[kernelHeight][kernelWidth][channelStride]`. Zero in padding lanes.
  public let weights: TensorSlice
  /// `[outputStride]`, zero in padding lanes.
  public let bias: TensorSlice

  /// Creates a call.
  public init(
    input: TensorSlice, inputShape: FeatureShape, inputStride: Int? = nil, output: TensorSlice,
    outputShape: FeatureShape, kernel: (height: Int, width: Int), stride: (height: Int, width: Int),
    origin: (top: Int, left: Int),
    dilation: (height: Int, width: Int), weights: TensorSlice, bias: TensorSlice
  ) {
    let inputStride = inputStride ?? inputShape.channelStride
    precondition(inputStride >= inputShape.channels && input.count >= inputShape.positions * inputStride)
    precondition(output.count >= outputShape.storedCount && bias.count >= outputShape.channelStride)
    self.input = input
    self.inputShape = inputShape
    self.inputStride = inputStride
    self.output = output
    self.outputShape = outputShape
    self.kernel = kernel
    self.stride = stride
    self.origin = origin
    self.dilation = dilation
    self.weights = weights
    self.bias = bias
  }
}

/// `y = min(π[p] * max_k(a[k][c] x + b[k][c]), upperBound)` over a map; y may be x.
///
/// NaN in x gives NaN in y. Where only some of the k lines are NaN (an infinite x times a slope of 0), any of the
/// lines may win. NaN in the attention reaches the padding lanes too.
public struct ActivationCall {
  /// `[positions][channelStride]`.
  public let x: TensorSlice
  /// Laid out like x; may be the same slice.
  public let y: TensorSlice
  /// The map's shape.
  public let shape: FeatureShape
  /// K.
  public let functions: Int
  /// `[K][channelStride]`, zero in padding lanes.
  public let slopes: TensorSlice
  /// `[K][channelStride]`, zero in padding lanes.
  public let intercepts: TensorSlice
  /// `[positions]`, or nil for an attention of 1 everywhere.
  public let attention: TensorSlice?
  /// Infinity for no bound.
  public let upperBound: Float

  /// Creates a call.
  public init(
    x: TensorSlice, y: TensorSlice, shape: FeatureShape, functions: Int, slopes: TensorSlice,
    intercepts: TensorSlice, attention: TensorSlice?, upperBound: Float?
  ) {
    precondition(x.count >= shape.storedCount && y.count >= shape.storedCount && functions >= 1)
    precondition(min(slopes.count, intercepts.count) >= functions * shape.channelStride)
    precondition(attention.map { $0.count >= shape.positions } ?? true)
    self.x = x
    self.y = y
    self.shape = shape
    self.functions = functions
    self.slopes = slopes
    self.intercepts = intercepts
    self.attention = attention
    precondition(upperBound ?? 0 >= 0, "padding lanes hold zeros, so the bound cannot lie below")
    self.upperBound = upperBound ?? .infinity
  }
}

/// A fully connected layer: `output[o] = bias[o] + sum_i input[i] * weights[o / 16][i][o % 16]`, then max(·, 0) if `rectified`.
public struct LinearCall {
  /// `[inFeatures]` at least.
  public let input: TensorSlice
  /// `[outFeatures padded to 16]`.
  public let output: TensorSlice
  /// Features read.
  public let inFeatures: Int
  /// Features written; the padding lanes become zero.
  public let outFeatures: Int
  /// Packed `[outStride / 16][inFeatures][16]`, zero in padding lanes.
  public let weights: TensorSlice
  /// `[outStride]`, zero in padding lanes.
  public let bias: TensorSlice
  /// Whether a ReLU follows.
  public let rectified: Bool

  /// Creates a call.
  public init(
    input: TensorSlice, output: TensorSlice, inFeatures: Int, outFeatures: Int, weights: TensorSlice,
    bias: TensorSlice, rectified: Bool
  ) {
    let stride = FeatureShape.padded(outFeatures)
    precondition(input.count >= inFeatures && output.count >= stride)
    precondition(weights.count >= stride * inFeatures && bias.count >= stride)
    self.input = input
    self.output = output
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    self.weights = weights
    self.bias = bias
    self.rectified = rectified
  }
}

/// `z[p] = bias + sum_c weight[c] x[p][c]`, `output[p] = min(gamma * softmax(z / temperature)[p], 1)`.
public struct AttentionCall {
  /// `[positions][channelStride]`.
  public let input: TensorSlice
  /// The input's shape.
  public let shape: FeatureShape
  /// `[channelStride]`, zero in padding lanes.
  public let weight: TensorSlice
  /// Added to every z.
  public let bias: Float
  /// τ.
  public let temperature: Float
  /// γ.
  public let gamma: Float
  /// `[positions]`.
  public let output: TensorSlice

  /// Creates a call.
  public init(
    input: TensorSlice, shape: FeatureShape, weight: TensorSlice, bias: Float, temperature: Float, gamma: Float,
    output: TensorSlice
  ) {
    precondition(input.count >= shape.storedCount && weight.count >= shape.channelStride)
    precondition(output.count >= shape.positions)
    self.input = input
    self.shape = shape
    self.weight = weight
    self.bias = bias
    self.temperature = temperature
    self.gamma = gamma
    self.output = output
  }
}

/// Pairs to count: `runs` runs of `runLength` floats, `runStride` floats apart, in x and y alike.
///
/// Bin of v on an axis with exponent e: `floor(v * 256 / 2^e) + 256`, so 512 bins over [-2^e, 2^e). `counts[place(column: xBin, row: yBin)]`
/// grows by one for each pair with both values inside.
///
/// Exact for every finite value, and independent of the order of the pairs.
public struct BinningCall {
  /// Bins on each axis.
  public static let bins = 512

  /// Inputs.
  public let x: TensorSlice
  /// Outputs.
  public let y: TensorSlice
  /// Number of runs.
  public let runs: Int
  /// Consecutive floats in a run.
  public let runLength: Int
  /// Floats from one run's start to the next.
  public let runStride: Int
  /// Half range of x is 2^xExponent.
  public let xExponent: Int
  /// Half range of y is 2^yExponent.
  public let yExponent: Int
  /// 512 x 512 counts, in the order of ``place(column:row:)``.
  public let counts: AlignedStorage<UInt32>

  /// Creates a call.
  public init(
    x: TensorSlice, y: TensorSlice, runs: Int, runLength: Int, runStride: Int, xExponent: Int, yExponent: Int,
    counts: AlignedStorage<UInt32>
  ) {
    precondition(runs >= 0 && runLength >= 0 && runStride >= 0)
    precondition(runs == 0 || min(x.count, y.count) >= (runs - 1) * runStride + runLength)
    precondition(counts.count >= Self.bins * Self.bins)
    self.x = x
    self.y = y
    self.runs = runs
    self.runLength = runLength
    self.runStride = runStride
    self.xExponent = xExponent
    self.yExponent = yExponent
    self.counts = counts
  }
}

extension BinningCall {
  /// Where the count of a bin lies: in tiles of 32 x 32 bins, each made of tiles of 4 x 4, row by row within each other.
  ///
  /// The small tile is a cache line, the large one a page. What a network's activations fill is a bundle of sloping lines: by rows each of
  /// its bins would have a cache line of its own, all of them in a few sets of the cache, as rows lie 2 KiB apart.
  public static func place(column: Int, row: Int) -> Int {
    let large = (row / 32) * 16 + column / 32
    let small = (row / 4 % 8) * 8 + column / 4 % 8
    return large * 1024 + small * 16 + (row % 4) * 4 + column % 4
  }

  /// The bin whose count lies at `place`.
  public static func bin(at place: Int) -> (column: Int, row: Int) {
    let (large, small) = (place / 1024, place / 16 % 64)
    let column = (large % 16) * 32 + (small % 8) * 4 + place % 4
    let row = (large / 16) * 32 + (small / 8) * 4 + place / 4 % 4
    return (column, row)
  }
}

/// What a ``BinningCall`` found.
public struct BinningResult: Sendable, Equatable {
  /// False when a finite value lay outside the ranges: nothing was counted, and the caller grows the ranges by ``largestX`` and ``largestY`` and calls again.
  public var counted: Bool
  /// The largest finite |x|, 0 without any; also when not counted. Whether an x counts whose y is not finite is left open.
  public var largestX: Float
  /// The largest finite |y|, likewise.
  public var largestY: Float
  /// Pairs with x or y NaN or infinite; never in the counts. Also when not counted.
  public var notFinite: Int
  /// Finite pairs with x < 0.
  public var negativeInputs: Int
  /// Finite pairs with x < 0 and y > 0.
  public var positiveFromNegative: Int

  /// Creates a result.
  public init(
    counted: Bool, largestX: Float, largestY: Float, notFinite: Int, negativeInputs: Int, positiveFromNegative: Int
  ) {
    self.counted = counted
    self.largestX = largestX
    self.largestY = largestY
    self.notFinite = notFinite
    self.negativeInputs = negativeInputs
    self.positiveFromNegative = positiveFromNegative
  }
}
