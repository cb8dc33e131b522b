import Tensors

/// One image's slopes and intercepts to add to a site's sums, in fixed point: v as `u = round(v * 2^24)`, ties to even.
///
/// Everything is added, or nothing where a coefficient is not finite or of magnitude 256 and more.
public struct CoefficientCall {
  /// Coefficients of at least this magnitude are not taken; the square of a smaller one's units fits into 64 bits.
  public static let limit: Float = 256
  /// What counts as a large intercept: more than this, in magnitude (section 5.2).
  public static let largeIntercept: Float = 0.05
  /// Rows that ``sums`` holds for each series: the sums, and the lower and the upper halves of the sums of squares.
  public static let rowsPerSeries = 3

  /// a: function k of channel c at `k * stride + c`.
  public let slopes: TensorSlice
  /// b, likewise.
  public let intercepts: TensorSlice
  /// K, at least 1.
  public let functions: Int
  /// Floats from one function to the next.
  public let stride: Int
  /// The channels to add.
  public let channels: Range<Int>
  /// `[2 K][3][rowLength]`: slopes, then intercepts; sums of u (in two's complement), sums of u * u modulo 2^64 and the
  /// multiples of 2^64.
  ///
  /// 16 numbers more than that: vectors may reach beyond the last row.
  public let sums: AlignedStorage<UInt64>
  /// Numbers in a row of ``sums``.
  public let rowLength: Int
  /// Takes each channel's largest minus its smallest slope, in the order of ``channels``; has room for 16 more, which
  /// may be written to.
  public let differences: TensorSlice
  /// Takes each channel's output at x = 0.5, likewise.
  public let outputs: TensorSlice
  /// The functions of which ``outputs`` is the largest: the first of them, K or fewer (a PReLU's second one is for x <
  /// 0 alone).
  public let outputFunctions: Int
  /// What no output exceeds.
  public let upperBound: Float

  /// Creates a call.
  public init(
    slopes: TensorSlice, intercepts: TensorSlice, functions: Int, stride: Int, channels: Range<Int>,
    sums: AlignedStorage<UInt64>, rowLength: Int, differences: TensorSlice, outputs: TensorSlice, outputFunctions: Int,
    upperBound: Float
  ) {
    let end = (functions - 1) * stride + channels.upperBound
    precondition(functions > 0 && slopes.count >= end && intercepts.count >= end, "coefficients are missing")
    precondition(channels.lowerBound >= 0 && channels.upperBound <= min(rowLength, stride), "channels outside the rows")
    precondition(sums.count >= Self.sumCount(functions: functions, rowLength: rowLength), "the sums are too short")
    precondition(differences.count >= channels.count + FeatureShape.simdWidth, "no room for differences")
    precondition(outputs.count >= channels.count + FeatureShape.simdWidth, "no room for outputs")
    precondition((1...functions).contains(outputFunctions), "an output needs a function")
    self.slopes = slopes
    self.intercepts = intercepts
    self.functions = functions
    self.stride = stride
    self.channels = channels
    self.sums = sums
    self.rowLength = rowLength
    self.differences = differences
    self.outputs = outputs
    self.outputFunctions = outputFunctions
    self.upperBound = upperBound
  }

  /// Numbers that ``sums`` holds at least.
  public static func sumCount(functions: Int, rowLength: Int) -> Int {
    2 * functions * rowsPerSeries * rowLength + FeatureShape.simdWidth
  }
}

/// What a ``CoefficientCall`` that was added found.
public struct CoefficientResult: Sendable, Equatable {
  /// Channels with a slope below 0 or above 1.
  public var slopeOutsideUnit: Int
  /// Channels with an |intercept| above ``CoefficientCall/largeIntercept``.
  public var largeIntercept: Int

  /// Creates a result.
  public init(slopeOutsideUnit: Int, largeIntercept: Int) {
    self.slopeOutsideUnit = slopeOutsideUnit
    self.largeIntercept = largeIntercept
  }
}
