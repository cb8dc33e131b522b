public import Tensors

/// Elements of a map moved, repeated or left out: `output[r][c][k] = input[rows[r] + columns[c] + channels[k]]`, and 0
/// where any of the three is negative.
public struct RearrangeCall {
  /// The input's floats.
  public let input: TensorSlice
  /// `[rows.count * columns.count][channels.count padded to 16]`.
  public let output: TensorSlice
  /// Where the elements are.
  public let offsets: RearrangeOffsets

  /// Creates a call.
  public init(input: TensorSlice, output: TensorSlice, offsets: RearrangeOffsets) {
    precondition(input.count >= offsets.end, "elements outside the input")
    precondition(output.count >= offsets.height * offsets.width * FeatureShape.padded(offsets.channels.count))
    self.input = input
    self.output = output
    self.offsets = offsets
  }
}

/// What each row, column and channel of a rearranged map adds to the place of its elements, in floats.
public struct RearrangeOffsets: Sendable {
  /// Rows of the output.
  public let height: Int
  /// Columns of the output.
  public let width: Int
  /// One behind the last float that is read.
  public let end: Int
  /// Each row's offset; negative for zeros.
  public let rows: AlignedStorage<Int32>
  /// Each column's offset; negative for zeros.
  public let columns: AlignedStorage<Int32>
  /// The channels' offsets.
  public let channels: OffsetRuns

  /// Offsets in floats; nil for zeros.
  public init(rows: [Int?], columns: [Int?], channels: [Int?]) {
    precondition(!rows.isEmpty && !columns.isEmpty, "at least one element")
    (height, width) = (rows.count, columns.count)
    end = [rows, columns, channels].reduce(1) { $0 + ($1.compactMap { $0 }.max() ?? 0) }
    self.rows = OffsetRuns.table(rows)
    self.columns = OffsetRuns.table(columns)
    self.channels = OffsetRuns(channels)
  }
}

/// A ``RearrangeCall`` as addresses and numbers alone.
@safe public struct RearrangeMap {
  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// The output.
  @unsafe public let output: UnsafeMutablePointer<Float>
  /// Rows of the output.
  public let height: Int
  /// Columns of the output.
  public let width: Int
  /// Channels of the output.
  public let channels: Int
  /// Floats from one position of the output to the next.
  public let stride: Int
  /// Runs of channels, or 0 where each is named.
  public let runs: Int
  /// Each row's offset.
  @unsafe public let rows: UnsafePointer<Int32>
  /// Each column's offset.
  @unsafe public let columns: UnsafePointer<Int32>
  /// The channels' offsets.
  @unsafe public let table: UnsafePointer<Int32>
}

extension RearrangeCall {
  /// The call as addresses; valid while the call lives.
  public var map: RearrangeMap {
    @inline(never) get {
      unsafe RearrangeMap(
        input: UnsafePointer(input.pointer), output: output.pointer, height: offsets.height, width: offsets.width,
        channels: offsets.channels.count, stride: FeatureShape.padded(offsets.channels.count),
        runs: offsets.channels.runs, rows: UnsafePointer(offsets.rows.pointer),
        columns: UnsafePointer(offsets.columns.pointer), table: UnsafePointer(offsets.channels.table.pointer))
    }
  }
}
