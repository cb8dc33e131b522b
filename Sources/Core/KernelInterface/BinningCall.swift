import Tensors

/// Pairs to count: `runs` runs of `runLength` floats, `runStride` floats apart, in x and y alike.
///
/// Bin of v on an axis with exponent e: `floor(v * 256 / 2^e) + 256`, so 512 bins over [-2^e, 2^e).
/// `counts[place(column: xBin, row: yBin)]` grows by one for each pair with both values inside.
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
  /// Where the count of a bin lies: in tiles of 32 x 32 bins, each made of tiles of 4 x 4, row by row within each
  /// other.
  ///
  /// The small tile is a cache line, the large one a page. What a network's activations fill is a bundle of sloping
  /// lines: by rows each of its bins would have a cache line of its own, all of them in a few sets of the cache, as
  /// rows lie 2 KiB apart.
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
  /// False when a finite value lay outside the ranges: nothing was counted, and the caller grows the ranges by
  /// ``largestX`` and ``largestY`` and calls again.
  public var counted: Bool
  /// The largest finite |x|, 0 without any; also when not counted. Whether an x counts whose y is not finite is left
  /// open.
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
