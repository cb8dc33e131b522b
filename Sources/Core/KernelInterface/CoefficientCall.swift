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
  /// `[2 K][3][rowLength]`: slopes, then intercepts; sums of u (in two's complement), sums of u * u modulo 2^64 and the multiples of 2^64.
  ///
  /// 16 numbers more than that: vectors may reach beyond the last row.
  public let sums: AlignedStorage<UInt64>
  /// Numbers in a row of ``sums``.
  public let rowLength: Int
  /// Takes each channel's largest minus its smallest slope, in the order of ``channels``; has room for 16 more, which may be written to.
  public let differences: TensorSlice

  /// Creates a call.
  public init(
    slopes: TensorSlice, intercepts: TensorSlice, functions: Int, stride: Int, channels: Range<Int>,
    sums: AlignedStorage<UInt64>, rowLength: Int, differences: TensorSlice
  ) {
    let end = (functions - 1) * stride + channels.upperBound
    precondition(functions > 0 && slopes.count >= end && intercepts.count >= end, "coefficients are missing")
    precondition(channels.lowerBound >= 0 && channels.upperBound <= min(rowLength, stride), "channels outside the rows")
    precondition(sums.count >= Self.sumCount(functions: functions, rowLength: rowLength), "the sums are too short")
    precondition(differences.count >= channels.count + FeatureShape.simdWidth, "no room for differences")
    self.slopes = slopes
    self.intercepts = intercepts
    self.functions = functions
    self.stride = stride
    self.channels = channels
    self.sums = sums
    self.rowLength = rowLength
    self.differences = differences
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

/// Slope differences to add to a histogram, in fixed point as a ``CoefficientCall`` takes it.
public struct DifferenceCall {
  /// Bins of the histogram.
  public static let bins = 4096

  /// Differences, 1 to 65535 of them, none negative and all below 512.
  public let values: TensorSlice
  /// A difference of u units falls into bin `u >> shift`, which has room for all of them. (Wider counts cost more cache than they are worth.)
  public let counts: AlignedStorage<UInt16>
  /// The logarithm of a bin's width in units.
  public let shift: Int

  /// Creates a call.
  public init(values: TensorSlice, counts: AlignedStorage<UInt16>, shift: Int) {
    precondition(counts.count >= Self.bins && (0..<64).contains(shift), "no histogram")
    self.values = values
    self.counts = counts
    self.shift = shift
  }
}

/// What a ``DifferenceCall`` found.
public struct DifferenceResult: Sendable, Equatable {
  /// False when a difference lies outside the histogram: nothing was counted, and the caller grows it by ``largest`` and calls again.
  public var counted: Bool
  /// The smallest difference; like ``largest`` also when not counted.
  public var smallest: Float
  /// The largest difference.
  public var largest: Float
  /// The sum of units; like the squares 0 when not counted.
  public var sum: UInt64 = 0
  /// The sum of the squares of units modulo 2^64.
  public var squares: UInt64 = 0
  /// Multiples of 2^64 in the sum of squares.
  public var squaresCarry: UInt64 = 0

  /// A result before anything is counted.
  public init(counted: Bool, smallest: Float, largest: Float) {
    self.counted = counted
    self.smallest = smallest
    self.largest = largest
  }
}
