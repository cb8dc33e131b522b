import Functions
import Tensors

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
