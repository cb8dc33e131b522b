public import Tensors

/// A filter along one axis in fixed point: output o is `sum_t source[starts[o] + t] * weight(o, t) / 2^22`, rounded.
public struct ResampleFilter {
  /// Bits after the point of a weight: 32 less 8 for the pixel and 2 to spare, as in Pillow.
  @inlinable public static var precision: Int { 22 }
  /// Half of the last place that is kept: what rounding adds.
  @inlinable public static var half: Int32 { 1 << (precision - 1) }
  /// Outputs whose weights lie together.
  @inlinable public static var blockOutputs: Int { 4 }
  /// Numbers in ``weights`` for each tap of a block: each output's weight four times, once for each lane of a pixel.
  @inlinable public static var blockLanes: Int { 16 }

  /// Outputs.
  public let outputs: Int
  /// Sources that an output reads.
  public let taps: Int
  /// Sources from the first to the last that any output reads.
  public let reach: Int
  /// Each output's first source; outputs that fill the last block repeat the last one's.
  public let starts: AlignedStorage<Int32>
  /// `[blocks][storedTaps][4 outputs][4]`, zero for what fills blocks and windows. An output's weights sum to about
  /// 2^22; some may be negative, but without their signs they sum to 2^23 at most, so that no sum of pixels overflows.
  public let weights: AlignedStorage<Int32>

  /// Describes a filter; `starts` and `weights` may be longer than needed.
  public init(
    outputs: Int, taps: Int, reach: Int, starts: AlignedStorage<Int32>, weights: AlignedStorage<Int32>
  ) {
    precondition(outputs >= 0 && taps >= 1 && reach >= taps)
    precondition(starts.count >= Self.blocks(outputs) * Self.blockOutputs)
    precondition(weights.count >= Self.weightCount(outputs: outputs, taps: taps))
    self.outputs = outputs
    self.taps = taps
    self.reach = reach
    self.starts = starts
    self.weights = weights
  }

  /// Taps that are applied at a time along a row, 3 to 5: those that 16 bytes of pixels hold, with the least left over.
  public static func windowTaps(_ taps: Int) -> Int {
    if taps <= 5 { return max(3, taps) }
    let fives = storedTaps(taps, window: 5)
    let fours = storedTaps(taps, window: 4)
    let threes = storedTaps(taps, window: 3)
    return fives <= min(fours, threes) ? 5 : fours <= threes ? 4 : 3
  }

  /// Taps rounded up to whole windows.
  public static func storedTaps(_ taps: Int) -> Int { storedTaps(taps, window: windowTaps(taps)) }

  /// Blocks that `outputs` fill.
  @inlinable public static func blocks(_ outputs: Int) -> Int { (outputs + blockOutputs - 1) / blockOutputs }

  /// The length of ``weights``.
  public static func weightCount(outputs: Int, taps: Int) -> Int { blocks(outputs) * storedTaps(taps) * blockLanes }

  /// Where in ``weights`` the weight of a tap of an output stands for the first of four times.
  @inlinable public static func index(output: Int, tap: Int, storedTaps: Int) -> Int {
    let (block, place) = (output / blockOutputs, output % blockOutputs)
    return (block * storedTaps + tap) * blockLanes + place * (blockLanes / blockOutputs)
  }

  private static func storedTaps(_ taps: Int, window: Int) -> Int { (taps + window - 1) / window * window }
}
