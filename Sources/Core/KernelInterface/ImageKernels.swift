public import Tensors

/// The kernels that turn 8-bit pixels into a network's input: a resize is a pass along the rows and one down the
/// columns, each rounded to 8 bits.
public struct ImageKernels: Sendable {
  /// Filters along the rows.
  public let filterAcross: @Sendable (FilterAcrossCall) -> Void
  /// Filters down the columns.
  public let filterDown: @Sendable (FilterDownCall) -> Void
  /// Looks up each pixel's input value.
  public let normalize: @Sendable (NormalizeCall) -> Void

  /// Creates a table.
  public init(
    filterAcross: @escaping @Sendable (FilterAcrossCall) -> Void,
    filterDown: @escaping @Sendable (FilterDownCall) -> Void,
    normalize: @escaping @Sendable (NormalizeCall) -> Void
  ) {
    self.filterAcross = filterAcross
    self.filterDown = filterDown
    self.normalize = normalize
  }
}

/// Rows of 8-bit pixels: grey (one channel) or red, green and blue (three), without gaps inside a row.
public struct PixelRows {
  /// Holds the rows.
  public let bytes: AlignedStorage<UInt8>
  /// The first row's first byte.
  public let offset: Int
  /// Bytes from one row's start to the next.
  public let stride: Int
  /// Bytes per pixel, 1 or 3.
  public let channels: Int

  /// Describes rows.
  public init(_ bytes: AlignedStorage<UInt8>, offset: Int = 0, stride: Int, channels: Int) {
    precondition(offset >= 0 && stride >= 0 && (channels == 1 || channels == 3))
    self.bytes = bytes
    self.offset = offset
    self.stride = stride
    self.channels = channels
  }

  /// Whether `rows` rows lie inside the storage, `count` bytes of each being touched.
  func holds(rows: Int, of count: Int) -> Bool {
    rows == 0 || offset + (rows - 1) * stride + count <= bytes.count
  }
}

/// Filters `rows` rows along themselves: output c is the sum over taps t of source pixel `starts[c] + t` times its
/// weight, rounded to the nearest and cut to 0...255.
public struct FilterAcrossCall {
  /// Bytes behind the last source pixel, and behind the outputs filled up to blocks of four, that must exist: vectors
  /// read and write them.
  @inlinable public static var slack: Int { 16 }

  /// Starts with the filter's first source.
  public let source: PixelRows
  /// Rows.
  public let rows: Int
  /// One output for each target pixel of a row.
  public let filter: ResampleFilter
  /// What lies between its rows is overwritten.
  public let target: PixelRows

  /// Bytes between the rows of a target with `outputs` pixels, at the least.
  public static func targetStride(outputs: Int, channels: Int) -> Int {
    ResampleFilter.blocks(outputs) * ResampleFilter.blockOutputs * channels + slack
  }

  /// Creates a call; `target` does not overlap `source`.
  public init(source: PixelRows, rows: Int, filter: ResampleFilter, target: PixelRows) {
    let reserved = Self.targetStride(outputs: filter.outputs, channels: target.channels)
    precondition(source.channels == target.channels && source.bytes !== target.bytes)
    precondition(source.holds(rows: rows, of: filter.reach * source.channels + Self.slack))
    precondition(target.holds(rows: rows, of: reserved) && (rows <= 1 || target.stride >= reserved))
    self.source = source
    self.rows = rows
    self.filter = filter
    self.target = target
  }
}

/// Filters down the columns: target row r is the sum over taps t of source row `starts[r] + t` times its weight,
/// rounded to the nearest and cut to 0...255.
public struct FilterDownCall {
  /// Starts with the filter's first source row.
  public let source: PixelRows
  /// Pixels of a row.
  public let columns: Int
  /// One output for each target row.
  public let filter: ResampleFilter
  /// As wide as the source.
  public let target: PixelRows

  /// Creates a call; `target` does not overlap `source`.
  public init(source: PixelRows, columns: Int, filter: ResampleFilter, target: PixelRows) {
    precondition(source.channels == target.channels && source.bytes !== target.bytes)
    precondition(source.holds(rows: filter.reach, of: columns * source.channels))
    precondition(target.holds(rows: filter.outputs, of: columns * target.channels))
    self.source = source
    self.columns = columns
    self.filter = filter
    self.target = target
  }
}

/// Looks up each pixel: `output[row][column][c] = table[c][source[row][column][c]]`; grey pixels serve every channel.
public struct NormalizeCall {
  /// Values of one channel.
  @inlinable public static var levels: Int { 256 }

  /// Grey or colour; grey where ``channels`` is 1.
  public let source: PixelRows
  /// Rows.
  public let rows: Int
  /// Pixels of a row.
  public let columns: Int
  /// `[channels][256]`.
  public let table: TensorSlice
  /// The table as arithmetic, if there is one; kernels are free to use either.
  public let scaling: PixelScaling?
  /// Channels of the output, 1 or 3.
  public let channels: Int
  /// Rows of `[columns][channels]`.
  public let output: TensorSlice
  /// Floats from one row of the output to the next.
  public let outputStride: Int

  /// Creates a call.
  public init(
    source: PixelRows, rows: Int, columns: Int, table: TensorSlice, scaling: PixelScaling? = nil, channels: Int,
    output: TensorSlice, outputStride: Int
  ) {
    precondition((channels == 1 || channels == 3) && source.channels <= channels)
    precondition(table.count >= channels * Self.levels && outputStride >= columns * channels)
    precondition(source.holds(rows: rows, of: columns * source.channels))
    precondition(rows == 0 || output.count >= (rows - 1) * outputStride + columns * channels)
    self.source = source
    self.rows = rows
    self.columns = columns
    self.table = table
    self.scaling = scaling
    self.channels = channels
    self.output = output
    self.outputStride = outputStride
  }

  /// The constants of ``scaling``; valid while this call lives.
  ///
  /// Not inlined: kernels that took the optional apart themselves would share code for it with other modules, and the
  /// linker may keep the copy that only newer processors can run.
  @inline(never)
  @unsafe public var constants: UnsafePointer<Float>? {
    unsafe scaling.map { unsafe UnsafePointer($0.constants.pointer) }  // its storage lives as long as the call
  }
}
