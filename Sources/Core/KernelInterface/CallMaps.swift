import Tensors

/// What kernels take out of calls: addresses and numbers alone, so that a copy counts no references.
///
/// They are made here, by functions that are not inlined, because a kernel target must not copy a call: the copy would
/// be a function that the linker shares with targets for other processors.

/// A ``PointwiseCall``.
@safe public struct PointwiseMap {
  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// Packed weights.
  @unsafe public let weights: UnsafePointer<Float>
  /// The bias.
  @unsafe public let bias: UnsafePointer<Float>
  /// Positions.
  public let positions: Int
  /// Input channels.
  public let depth: Int
  /// Output channels in use.
  public let outChannels: Int
  /// Floats from one input position to the next.
  public let inStride: Int
  /// Floats from one output position to the next.
  public let outStride: Int
  /// What is done to x.
  public let epilogue: EpilogueMap
}

extension PointwiseCall {
  /// The call as addresses; valid while the call lives.
  public var map: PointwiseMap {
    @inline(never) get {
      unsafe PointwiseMap(
        input: UnsafePointer(input.pointer), weights: UnsafePointer(weights.pointer), bias: UnsafePointer(bias.pointer),
        positions: positions, depth: inChannels, outChannels: outChannels, inStride: FeatureShape.padded(inChannels),
        outStride: FeatureShape.padded(outChannels),
        epilogue: EpilogueMap(
          epilogue, output: output, positions: positions, stride: FeatureShape.padded(outChannels)))
    }
  }
}

/// A ``SpatialCall``.
@safe public struct SpatialMap {
  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// Packed weights.
  @unsafe public let weights: UnsafePointer<Float>
  /// The bias.
  @unsafe public let bias: UnsafePointer<Float>
  /// Rows of the input.
  public let inHeight: Int
  /// Columns of the input.
  public let inWidth: Int
  /// Input channels that one block of output channels reads.
  public let depth: Int
  /// Where each block's input channels begin.
  public let windows: ChannelWindows
  /// Floats from one input position to the next.
  public let inStride: Int
  /// Columns of the output.
  public let outWidth: Int
  /// Floats from one output position to the next.
  public let outStride: Int
  /// Rows of the output to compute.
  public let rows: Range<Int>
  /// Rows of the kernel.
  public let kernelHeight: Int
  /// Columns of the kernel.
  public let kernelWidth: Int
  /// Vertical stride.
  public let rowStep: Int
  /// Horizontal stride.
  public let columnStep: Int
  /// Padding above.
  public let top: Int
  /// Padding to the left.
  public let left: Int
  /// Rows between kernel taps.
  public let rowDilation: Int
  /// Columns between kernel taps.
  public let columnDilation: Int
  /// What is done to x.
  public let epilogue: EpilogueMap
}

extension SpatialMap {
  /// Rows to compute; a range's own count is generic and would be shared between targets.
  public var rowCount: Int { rows.upperBound - rows.lowerBound }
}

extension SpatialCall {
  /// The call as addresses; valid while the call lives.
  public var map: SpatialMap {
    @inline(never) get {
      let (inShape, outShape) = (geometry.inputShape, geometry.outputShape)
      let windows = geometry.channelWindows
      return unsafe SpatialMap(
        input: UnsafePointer(input.pointer), weights: UnsafePointer(weights.pointer), bias: UnsafePointer(bias.pointer),
        inHeight: inShape.height, inWidth: inShape.width, depth: windows.depth, windows: windows,
        inStride: geometry.inputStride, outWidth: outShape.width, outStride: outShape.channelStride, rows: rows,
        kernelHeight: geometry.kernel.height,
        kernelWidth: geometry.kernel.width, rowStep: geometry.stride.height, columnStep: geometry.stride.width,
        top: geometry.origin.top, left: geometry.origin.left, rowDilation: geometry.dilation.height,
        columnDilation: geometry.dilation.width,
        epilogue: EpilogueMap(
          epilogue, output: output, positions: rows.count * outShape.width, stride: outShape.channelStride))
    }
  }
}

/// An ``ElementwiseCall``.
@safe public struct ElementwiseMap {
  /// The input.
  @unsafe public let input: UnsafePointer<Float>
  /// Positions.
  public let positions: Int
  /// What is done to x.
  public let epilogue: EpilogueMap
}

extension ElementwiseCall {
  /// The call as addresses; valid while the call lives.
  public var map: ElementwiseMap {
    @inline(never) get {
      unsafe ElementwiseMap(
        input: UnsafePointer(input.pointer), positions: positions,
        epilogue: EpilogueMap(epilogue, output: output, positions: positions, stride: channelStride))
    }
  }
}

/// A ``WinogradCall``.
@safe public struct WinogradMap {
  /// Each image's convolution; the weights are those of the products.
  @unsafe public let images: UnsafePointer<SpatialMap>
  /// How many.
  public let count: Int
  /// How the output is cut.
  public let tiling: WinogradTiling
  /// Floats between the transforms.
  @unsafe public let scratch: UnsafeMutablePointer<Float>
}

extension WinogradCall {
  /// Hands over the call as addresses.
  @inline(never)
  public func withMap(_ body: (WinogradMap) -> Void) {
    unsafe images.map(\.map).withUnsafeBufferPointer { maps in
      guard let first = maps.baseAddress else { return }
      unsafe body(WinogradMap(images: first, count: maps.count, tiling: tiling, scratch: scratch.pointer))
    }
  }
}
