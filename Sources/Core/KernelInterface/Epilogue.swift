import Functions
import Tensors

/// What becomes of a kernel's result x in registers, before it is stored:
/// `y = min(π[p] * f(x + addend), upperBound)`, and `y + residual` is stored.
///
/// Everything that is laid out like the output begins with the output's first position. NaN in x gives NaN in y. Where
/// only some of the K lines are NaN (an infinite x times a slope of 0), any of them may win. NaN in the attention
/// reaches the padding lanes too.
public struct Epilogue {
  /// f.
  public enum Function {
    /// `f(x) = x`.
    case identity
    /// `f(x) = max(x, 0)`.
    case rectifier
    /// `f(x) = max_k(a[k][c] x + b[k][c])`: equation (1).
    case lines(PiecewiseLines)
    /// `f(x) = x` above 0, `a[c] x` below, with any a; `[channelStride]`, zero in padding lanes.
    case parametric(slopes: TensorSlice)
    /// A curve with its factors; padding lanes, those from `channels` on, stay zero.
    case curve(Curve, scales: CurveScales = .plain, channels: Int)
  }

  /// The sums of the stored values over each row of the output, for what follows to take means of.
  public struct RowSums {
    /// `[rows][period][channelStride]`: element r, q holds the sums over the columns of row r whose remainder by
    /// `period` is q.
    public let storage: TensorSlice
    /// Positions in a row.
    public let width: Int
    /// 1, or 2 to keep even and odd columns apart.
    public let period: Int

    /// Names where sums go.
    public init(storage: TensorSlice, width: Int, period: Int) {
      precondition(width >= 1 && (1...2).contains(period), "rows of at least one column, in one or two classes")
      self.storage = storage
      self.width = width
      self.period = period
    }
  }

  /// f.
  public var function = Function.identity
  /// Infinity for no bound.
  public var upperBound = Float.infinity
  /// π, `[positions]`; nil for 1 everywhere.
  public var attention: TensorSlice?
  /// Added to x before f; laid out like the output.
  public var addend: TensorSlice?
  /// Added to y; laid out like the output, and not the output itself.
  public var residual: TensorSlice?
  /// Where f's argument goes, for those who watch; laid out like the output.
  public var argument: TensorSlice?
  /// The positions of ``argument`` that are needed, every `step`-th from `first`; the others may be left as they were.
  public var argumentLattice = (first: 0, step: 1)
  /// Where y goes without the residual, for those who watch; laid out like the output.
  public var result: TensorSlice?
  /// Where sums of what is stored go.
  public var sums: RowSums?
  /// Weights that are read soon: they are fetched into the second-level cache along the way.
  public var upcoming: TensorSlice?

  /// Stores x as it is.
  public init() {}

  /// Checks the extents of everything for `positions` positions of `channelStride` floats.
  func check(positions: Int, channelStride: Int) {
    let count = positions * channelStride
    // One by one: a list of them would be allocated on every call.
    func holdsMap(_ slice: TensorSlice?) -> Bool { slice.map { $0.count >= count } ?? true }
    precondition(holdsMap(addend) && holdsMap(residual) && holdsMap(argument) && holdsMap(result))
    precondition(attention.map { $0.count >= positions } ?? true)
    precondition((0..<argumentLattice.step).contains(argumentLattice.first), "a lattice of positions")
    precondition(upperBound >= 0, "padding lanes hold zeros, so the bound cannot lie below")
    checkFunction(channelStride: channelStride)
    guard let sums else { return }
    precondition(positions % sums.width == 0, "sums are of whole rows")
    precondition(sums.storage.count >= positions / sums.width * sums.period * channelStride)
  }

  private func checkFunction(channelStride: Int) {
    switch function {
    case .identity, .rectifier: break
    case .lines(let lines):
      precondition(min(lines.slopes.count, lines.intercepts.count) >= lines.functions * channelStride)
    case .parametric(let slopes): precondition(slopes.count >= channelStride, "a slope for each channel")
    case .curve(_, _, let channels): precondition((1...channelStride).contains(channels), "channels of the map")
    }
  }
}

/// The lines under the maximum of equation (1).
public struct PiecewiseLines {
  /// K.
  public let functions: Int
  /// a, `[K][channelStride]`, zero in padding lanes.
  public let slopes: TensorSlice
  /// b, laid out like ``slopes``.
  public let intercepts: TensorSlice

  /// Names the coefficients.
  public init(functions: Int, slopes: TensorSlice, intercepts: TensorSlice) {
    precondition(functions >= 1, "at least one line")
    self.functions = functions
    self.slopes = slopes
    self.intercepts = intercepts
  }
}

/// An epilogue on a map that is there already: activations, batch normalisation and sums that no convolution takes
/// along.
public struct ElementwiseCall {
  /// x, `[positions][channelStride]`.
  public let input: TensorSlice
  /// Laid out like the input; may be the same slice.
  public let output: TensorSlice
  /// Positions.
  public let positions: Int
  /// Floats from one position to the next.
  public let channelStride: Int
  /// What is done.
  public let epilogue: Epilogue

  /// Creates a call.
  public init(input: TensorSlice, output: TensorSlice, positions: Int, channelStride: Int, epilogue: Epilogue) {
    precondition(min(input.count, output.count) >= positions * channelStride)
    precondition(channelStride % FeatureShape.simdWidth == 0)
    epilogue.check(positions: positions, channelStride: channelStride)
    self.input = input
    self.output = output
    self.positions = positions
    self.channelStride = channelStride
    self.epilogue = epilogue
  }
}
