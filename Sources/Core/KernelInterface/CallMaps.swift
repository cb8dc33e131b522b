import Functions
import Tensors

/// What kernels take out of calls: addresses and numbers alone, so that a copy counts no references.
///
/// They are made here, by functions that are not inlined, because a kernel target must not copy a call: the copy would
/// be a function that the linker shares with targets for other processors.

/// An ``Epilogue``.
@safe public struct EpilogueMap {
  /// What happens to a tile in registers; everything else is done in memory, a tile at a time.
  public enum Form {
    /// f with a residual added (plus) or the attention multiplied (times); anything else is general.
    case identity, identityPlus, rectifier, hardSwish, oneLine, oneLinePlus, oneLineTimes, twoLines, twoLinesTimes,
      general
  }

  /// f, without its numbers.
  public enum Function {
    case identity, rectifier, lines, parametric
    case curve(Curve)
  }

  /// What a tile goes through.
  public let form: Form
  /// f.
  public let function: Function
  /// K; 0 without lines.
  public let functions: Int
  /// Channels in use, where f is a curve.
  public let channels: Int
  /// The curve's factors.
  public let scales: CurveScales
  /// a; not read without lines.
  @unsafe public let slopes: UnsafePointer<Float>
  /// b; likewise.
  @unsafe public let intercepts: UnsafePointer<Float>
  /// Infinity for none.
  public let bound: Float
  /// π.
  @unsafe public let attention: UnsafePointer<Float>?
  /// Added before f.
  @unsafe public let addend: UnsafePointer<Float>?
  /// Added after f.
  @unsafe public let residual: UnsafePointer<Float>?
  /// Where f's argument goes.
  @unsafe public let argument: UnsafeMutablePointer<Float>?
  /// The positions of the argument that are needed.
  public let firstPosition: Int
  /// Positions from one that is needed to the next.
  public let positionStep: Int
  /// Where y goes.
  @unsafe public let result: UnsafeMutablePointer<Float>?
  /// Weights to fetch.
  @unsafe public let upcoming: UnsafePointer<Float>?
  /// Floats of ``upcoming`` for each float of the output.
  public let upcomingShare: Float
  /// Where sums go.
  @unsafe public let sums: UnsafeMutablePointer<Float>?
  /// Classes of columns with sums of their own.
  public let period: Int
  /// Positions in a row of the output; as many as there are without sums.
  public let rowWidth: Int
  /// Where y plus the residual goes.
  @unsafe public let output: UnsafeMutablePointer<Float>
  /// Floats from one position to the next, in everything that is laid out like the output.
  public let stride: Int

  init(_ epilogue: Epilogue, output: TensorSlice, positions: Int, stride: Int) {
    form = Self.form(epilogue)
    let numbers = FunctionNumbers(epilogue.function)
    function = numbers.function
    functions = numbers.functions
    channels = numbers.channels
    scales = numbers.scales
    unsafe slopes = UnsafePointer((numbers.slopes ?? output).pointer)
    unsafe intercepts = UnsafePointer((numbers.intercepts ?? output).pointer)
    bound = epilogue.upperBound
    unsafe attention = epilogue.attention.map { unsafe UnsafePointer($0.pointer) }
    unsafe addend = epilogue.addend.map { unsafe UnsafePointer($0.pointer) }
    unsafe residual = epilogue.residual.map { unsafe UnsafePointer($0.pointer) }
    unsafe argument = epilogue.argument?.pointer
    (firstPosition, positionStep) = epilogue.argumentLattice
    unsafe result = epilogue.result?.pointer
    unsafe upcoming = epilogue.upcoming.map { unsafe UnsafePointer($0.pointer) }
    upcomingShare = Float(epilogue.upcoming?.count ?? 0) / Float(max(1, positions * stride))
    unsafe sums = epilogue.sums?.storage.pointer
    period = epilogue.sums?.period ?? 1
    rowWidth = epilogue.sums?.width ?? positions
    unsafe self.output = output.pointer
    self.stride = stride
  }

  private static func form(_ epilogue: Epilogue) -> Form {
    guard epilogue.addend == nil else { return .general }
    let (attends, adds) = (epilogue.attention != nil, epilogue.residual != nil)
    if epilogue.result != nil {
      // Of those who watch y apart from what is stored, only the affine activation with a residual is usual.
      guard adds, !attends, epilogue.upperBound == .infinity, case .lines(let lines) = epilogue.function,
        lines.functions == 1
      else { return .general }
      return .oneLinePlus
    }
    switch epilogue.function {
    case .rectifier: return attends || adds ? .general : .rectifier
    case _ where epilogue.upperBound < .infinity: return .general
    case .identity: return attends ? .general : adds ? .identityPlus : .identity
    case .lines(let lines) where lines.functions == 1:
      return attends ? (adds ? .general : .oneLineTimes) : adds ? .oneLinePlus : .oneLine
    case .lines(let lines) where lines.functions == 2 && !adds: return attends ? .twoLinesTimes : .twoLines
    case .curve(.hardSwish, .plain, _) where !attends && !adds: return .hardSwish
    case .lines, .parametric, .curve: return .general
    }
  }
}

/// An ``Epilogue/Function`` taken apart.
private struct FunctionNumbers {
  var function: EpilogueMap.Function
  var functions = 0
  var channels = 0
  var scales = CurveScales.plain
  var slopes: TensorSlice?
  var intercepts: TensorSlice?

  init(_ function: Epilogue.Function) {
    switch function {
    case .identity: self.function = .identity
    case .rectifier: self.function = .rectifier
    case .lines(let lines):
      self.function = .lines
      (functions, slopes, intercepts) = (lines.functions, lines.slopes, lines.intercepts)
    case .parametric(let slopes):
      self.function = .parametric
      self.slopes = slopes
    case .curve(let curve, let scales, let channels):
      self.function = .curve(curve)
      (self.scales, self.channels) = (scales, channels)
    }
  }
}

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
