import Tensors

/// Values to add to a histogram, in fixed point as a ``CoefficientCall`` takes it.
public struct HistogramCall {
  /// Bins of the histogram.
  public static let bins = 4096

  /// 1 to 65535 values, all below 512 in magnitude.
  public let values: TensorSlice
  /// A value of u units falls into bin `origin + (u >> shift)`, which has room for all of them. (Wider counts cost more
  /// cache than they are worth.)
  public let counts: AlignedStorage<UInt16>
  /// The logarithm of a bin's width in units.
  public let shift: Int
  /// The bin that begins at 0: 0 where no value is negative.
  public let origin: Int

  /// Creates a call.
  public init(values: TensorSlice, counts: AlignedStorage<UInt16>, shift: Int, origin: Int) {
    precondition(counts.count >= Self.bins && (0..<64).contains(shift), "no histogram")
    precondition((0..<Self.bins).contains(origin), "0 lies outside the histogram")
    self.values = values
    self.counts = counts
    self.shift = shift
    self.origin = origin
  }
}

/// What a ``HistogramCall`` found.
public struct HistogramResult: Sendable, Equatable {
  /// False when a value lies outside the histogram: nothing was counted, and the caller grows it by the extremes and
  /// calls again.
  public var counted: Bool
  /// The smallest value; like ``largest`` also when not counted.
  public var smallest: Float
  /// The largest value.
  public var largest: Float
  /// The sum of units, in two's complement; like the squares 0 when not counted.
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
