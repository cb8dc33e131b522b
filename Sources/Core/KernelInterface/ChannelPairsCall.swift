import Tensors

/// Pairs to count by channel: inputs x and outputs y at `rows` positions, `[rows][channelStride]`, and one image's
/// lines.
///
/// A pair without a NaN and an infinity is *finite*. It lies on segment k where a_k x + b_k, a product and then a sum
/// in single precision, is the first of the largest of all K.
public struct ChannelPairsCall {
  /// Inputs.
  public let x: TensorSlice
  /// Outputs.
  public let y: TensorSlice
  /// Positions.
  public let rows: Int
  /// The image's lines.
  public let lines: Lines
  /// What is counted, added to.
  public let counts: Counts

  /// One image's linear functions, written out for each channel.
  public struct Lines {
    /// K; 0 for what has no lines.
    public let segments: Int
    /// a_k, `[K][channelStride]`.
    public let slopes: TensorSlice
    /// b_k, likewise.
    public let intercepts: TensorSlice
    /// All bits in channels whose pairs count on segments, else 0: `[channelStride]`.
    public let usable: AlignedStorage<UInt32>

    /// Lines that are all 0 and count in no channel.
    public init(segments: Int, channelStride: Int) {
      self.segments = segments
      slopes = TensorSlice(zeros: segments * channelStride)
      intercepts = TensorSlice(zeros: segments * channelStride)
      usable = AlignedStorage(count: channelStride)
    }
  }

  /// Counts by channel, of less than 2^32 pairs; padding lanes hold nothing of use.
  public struct Counts {
    /// Floats of a row, a multiple of 16.
    public let channelStride: Int
    /// Finite pairs, those of them with x < 0, those of these with y > 0, and finite pairs on each segment:
    /// `[3 + K][channelStride]`.
    public let pairs: AlignedStorage<UInt32>
    /// The smallest and the largest y of finite pairs, 0 for either zero: `[2][channelStride]`.
    public let outputs: TensorSlice

    /// Nothing counted.
    public init(segments: Int, channelStride: Int) {
      self.channelStride = channelStride
      pairs = AlignedStorage(count: (3 + segments) * channelStride)
      outputs = TensorSlice(zeros: 2 * channelStride)
      clear()
    }

    /// Forgets everything counted.
    public func clear() {
      for index in 0..<pairs.count { pairs[index] = 0 }
      outputs[0..<channelStride].fill(.infinity)
      outputs[channelStride..<2 * channelStride].fill(-.infinity)
    }
  }

  /// Creates a call.
  public init(x: TensorSlice, y: TensorSlice, rows: Int, lines: Lines, counts: Counts) {
    let stride = counts.channelStride
    precondition(rows >= 0 && min(x.count, y.count) >= rows * stride, "pairs are missing")
    precondition(stride % FeatureShape.simdWidth == 0, "rows are padded")
    precondition(lines.usable.count == stride && counts.pairs.count == (3 + lines.segments) * stride, "other channels")
    self.x = x
    self.y = y
    self.rows = rows
    self.lines = lines
    self.counts = counts
  }
}
