public import Tensors

/// A map enlarged by linear interpolation along both axes, or by repetition where all shares are 0.
public struct UpsampleCall {
  /// `[inputShape.positions][channelStride]`.
  public let input: TensorSlice
  /// `[rows.count * columns.count][channelStride]`.
  public let output: TensorSlice
  /// The input's shape.
  public let inputShape: FeatureShape
  /// What each output row is made of.
  public let rows: InterpolationAxis
  /// What each output column is made of.
  public let columns: InterpolationAxis

  /// Creates a call.
  public init(
    input: TensorSlice, output: TensorSlice, inputShape: FeatureShape, rows: InterpolationAxis,
    columns: InterpolationAxis
  ) {
    precondition(input.count >= inputShape.storedCount && rows.end <= inputShape.height)
    precondition(columns.end <= inputShape.width)
    precondition(output.count >= rows.count * columns.count * inputShape.channelStride)
    self.input = input
    self.output = output
    self.inputShape = inputShape
    self.rows = rows
    self.columns = columns
  }
}

/// What each output along one axis is made of: `(1 - share) * input[first] + share * input[second]`.
public struct InterpolationAxis: Sendable {
  /// Outputs.
  public let count: Int
  /// One behind the largest input.
  public let end: Int
  /// Whether every share is 0.
  public let copies: Bool
  /// First and second input of each output.
  public let inputs: AlignedStorage<Int32>
  /// The second's share in each output.
  public let shares: TensorSlice

  /// Outputs in their order.
  public init(_ outputs: [(first: Int, second: Int, share: Float)]) {
    count = outputs.count
    end = (outputs.map { max($0.first, $0.second) }.max() ?? 0) + 1
    copies = outputs.allSatisfy { $0.share == 0 }
    inputs = AlignedStorage(count: 2 * outputs.count)
    for (index, output) in outputs.enumerated() {
      precondition(output.first >= 0 && output.second >= 0, "inputs before the map")
      (inputs[2 * index], inputs[2 * index + 1]) = (Int32(output.first), Int32(output.second))
    }
    shares = TensorSlice(outputs.map(\.share))
  }
}

/// An ``UpsampleCall`` as addresses and numbers alone.
@safe public struct UpsampleMap {
  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// The output.
  @unsafe public let output: UnsafeMutablePointer<Float>
  /// Columns of the input.
  public let inWidth: Int
  /// Floats from one position to the next.
  public let stride: Int
  /// Rows of the output.
  public let height: Int
  /// Columns of the output.
  public let width: Int
  /// Whether every output is one input.
  public let repeats: Bool
  /// First and second input row of each output row.
  @unsafe public let rows: UnsafePointer<Int32>
  /// First and second input column of each output column.
  @unsafe public let columns: UnsafePointer<Int32>
  /// The second row's share.
  @unsafe public let rowShares: UnsafePointer<Float>
  /// The second column's share.
  @unsafe public let columnShares: UnsafePointer<Float>
}

extension UpsampleCall {
  /// The call as addresses; valid while the call lives.
  public var map: UpsampleMap {
    @inline(never) get {
      unsafe UpsampleMap(
        input: UnsafePointer(input.pointer), output: output.pointer, inWidth: inputShape.width,
        stride: inputShape.channelStride, height: rows.count, width: columns.count,
        repeats: rows.copies && columns.copies, rows: UnsafePointer(rows.inputs.pointer),
        columns: UnsafePointer(columns.inputs.pointer), rowShares: UnsafePointer(rows.shares.pointer),
        columnShares: UnsafePointer(columns.shares.pointer))
    }
  }
}
