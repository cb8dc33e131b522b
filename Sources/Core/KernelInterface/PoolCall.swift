public import Tensors

/// A pooling: each output is the largest or the mean value of its channel under a window.
///
/// Every window holds at least one position of the input. NaN under a window gives NaN.
public struct PoolCall {
  /// What becomes of the values under a window.
  public enum Kind: Sendable {
    /// The largest of those inside the input.
    case maximum
    /// The sum of those inside the input, divided by the number of all taps or of those inside.
    case average(countsPadding: Bool)
  }

  /// What becomes of the values under a window.
  public let kind: Kind
  /// `[inputShape.positions][channelStride]`.
  public let input: TensorSlice
  /// `[rows.count * columns.count][channelStride]`.
  public let output: TensorSlice
  /// The input's shape.
  public let inputShape: FeatureShape
  /// The input rows under each output row.
  public let rows: PoolAxis
  /// The input columns under each output column.
  public let columns: PoolAxis

  /// Creates a call.
  public init(
    kind: Kind, input: TensorSlice, output: TensorSlice, inputShape: FeatureShape, rows: PoolAxis, columns: PoolAxis
  ) {
    precondition(rows.end <= inputShape.height && columns.end <= inputShape.width, "windows outside the input")
    precondition(input.count >= inputShape.storedCount)
    precondition(output.count >= rows.count * columns.count * inputShape.channelStride)
    self.kind = kind
    self.input = input
    self.output = output
    self.inputShape = inputShape
    self.rows = rows
    self.columns = columns
  }
}

/// The taps of a window along one axis that lie inside the map, for each of its positions.
public struct PoolAxis: Sendable {
  /// Positions of the window.
  public let count: Int
  /// Taps of the whole window.
  public let taps: Int
  /// Positions from one tap to the next.
  public let step: Int
  /// One behind the last input.
  public let end: Int
  /// The first tap's input and the number of taps inside, for each position.
  public let table: AlignedStorage<Int32>

  /// A window with `kernel` taps that moves over `extent` inputs, `stride` at a time from `origin` before the first.
  public init(extent: Int, outputs: Int, kernel: Int, stride: Int, origin: Int, dilation: Int) {
    let parts = (0..<outputs).map { output in
      let start = output * stride - origin
      let first = start < 0 ? (-start + dilation - 1) / dilation : 0
      let inside = min(kernel, (extent - start + dilation - 1) / dilation)
      return (first: start + first * dilation, count: inside - first)
    }
    self.init(parts, taps: kernel, step: dilation)
  }

  /// Parts of the map that are named one by one.
  public init(_ parts: [Range<Int>]) { self.init(parts.map { ($0.lowerBound, $0.count) }, taps: 0, step: 1) }

  private init(_ parts: [(first: Int, count: Int)], taps: Int, step: Int) {
    precondition(parts.allSatisfy { $0.count >= 1 && $0.first >= 0 }, "every window holds a position of the input")
    (count, self.taps, self.step) = (parts.count, taps, step)
    end = parts.reduce(0) { max($0, $1.first + ($1.count - 1) * step + 1) }
    table = AlignedStorage(count: 2 * parts.count)
    for (index, part) in parts.enumerated() {
      (table[2 * index], table[2 * index + 1]) = (Int32(part.first), Int32(part.count))
    }
  }
}

/// A ``PoolCall`` as addresses and numbers alone.
@safe public struct PoolMap {
  /// One axis.
  @safe public struct Axis {
    /// Positions of the window.
    public let count: Int
    /// Positions from one tap to the next.
    public let step: Int
    /// The first tap's input and the number of taps inside, for each position.
    @unsafe public let table: UnsafePointer<Int32>

    init(_ axis: PoolAxis) {
      (count, step) = (axis.count, axis.step)
      unsafe table = UnsafePointer(axis.table.pointer)
    }
  }

  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// The output.
  @unsafe public let output: UnsafeMutablePointer<Float>
  /// Columns of the input.
  public let inWidth: Int
  /// Floats from one position to the next.
  public let stride: Int
  /// Taps of a whole window.
  public let taps: Int
  /// The input rows under each output row.
  public let rows: Axis
  /// The input columns under each output column.
  public let columns: Axis
}

extension PoolCall {
  /// The call as addresses; valid while the call lives.
  public var map: PoolMap {
    @inline(never) get {
      unsafe PoolMap(
        input: UnsafePointer(input.pointer), output: output.pointer, inWidth: inputShape.width,
        stride: inputShape.channelStride, taps: rows.taps * columns.taps, rows: PoolMap.Axis(rows),
        columns: PoolMap.Axis(columns))
    }
  }
}
