import KernelInterface
import Tensors

/// One site's density of (x, y) while it is being counted, by one worker.
final class Density {
  private var counts = DensityCounts()
  private var xExponent = DensityAxis.smallestExponent
  private var yExponent = DensityAxis.smallestExponent
  /// What kinds of pairs were seen.
  private(set) var totals = PairTotals()

  /// Pairs to count: `runs` runs of `length` floats, `stride` floats apart, in x and y alike.
  struct Pairs {
    let x: TensorSlice
    let y: TensorSlice
    let runs: Int
    let length: Int
    let stride: Int
  }

  /// Counts pairs, growing the axes as they ask for.
  func count(_ pairs: Pairs, binPairs: (BinningCall) -> BinningResult) {
    counts.reserve(pairs.runs * pairs.length)
    var result = binPairs(call(pairs))
    if !result.counted {
      let largest = largest(of: pairs, result)
      guard largest.x < DensityAxis.limit, largest.y < DensityAxis.limit else { return countOneByOne(pairs) }
      grow(x: DensityAxis.exponent(for: largest.x), y: DensityAxis.exponent(for: largest.y))
      result = binPairs(call(pairs))
      guard result.counted else { return countOneByOne(pairs) }
    }
    totals.counted += UInt64(pairs.runs * pairs.length - result.notFinite)
    totals.notFinite += UInt64(result.notFinite)
    totals.negativeInputs += UInt64(result.negativeInputs)
    totals.positiveFromNegative += UInt64(result.positiveFromNegative)
    // -2^e has a bin on an axis of exponent e, but asks for the next one as +2^e does.
    let largest = largest(of: pairs, result)
    grow(x: DensityAxis.exponent(for: largest.x), y: DensityAxis.exponent(for: largest.y))
  }

  /// Adds what another worker counted.
  func merge(_ other: Density) {
    precondition(other !== self, "a density cannot be merged with itself")
    grow(x: other.xExponent, y: other.yExponent)
    counts.add(
      other.counts, fold: DensityFold(xShift: xExponent - other.xExponent, yShift: yExponent - other.yExponent))
    totals.merge(other.totals)
  }

  /// A copy of the bins that others may keep.
  var grid: DensityGrid { DensityGrid(xExponent: xExponent, yExponent: yExponent, counts: counts.exact) }

  private func call(_ pairs: Pairs) -> BinningCall {
    BinningCall(
      x: pairs.x, y: pairs.y, runs: pairs.runs, runLength: pairs.length, runStride: pairs.stride,
      xExponent: xExponent, yExponent: yExponent, counts: counts.bins)
  }

  /// Makes the axes at least as long as asked.
  private func grow(x: Int, y: Int) {
    let fold = DensityFold(xShift: max(0, x - xExponent), yShift: max(0, y - yExponent))
    guard !fold.isIdentity else { return }
    if totals.counted > 0 { counts.grow(fold) }
    xExponent += fold.xShift
    yExponent += fold.yShift
  }

  /// The largest |x| and |y| of finite pairs. A kernel may count a finite value whose partner is not finite; these are
  /// rare.
  private func largest(of pairs: Pairs, _ result: BinningResult) -> (x: Float, y: Float) {
    guard result.notFinite > 0 else { return (result.largestX, result.largestY) }
    var largest: (x: Float, y: Float) = (0, 0)
    pairs.forEach { x, y in
      if x.isFinite && y.isFinite { largest = (max(largest.x, abs(x)), max(largest.y, abs(y))) }
    }
    return largest
  }

  /// Counts pairs some of which lie beyond the largest axes.
  private func countOneByOne(_ pairs: Pairs) {
    pairs.forEach { x, y in
      guard x.isFinite, y.isFinite else {
        totals.notFinite += 1
        return
      }
      if x < 0 { totals.negativeInputs += 1 }
      if x < 0 && y > 0 { totals.positiveFromNegative += 1 }
      guard DensityAxis.holds(x), DensityAxis.holds(y) else {
        totals.outsideRange += 1
        return
      }
      grow(x: DensityAxis.exponent(for: abs(x)), y: DensityAxis.exponent(for: abs(y)))
      let (column, row) = (DensityAxis.bin(x, exponent: xExponent), DensityAxis.bin(y, exponent: yExponent))
      counts.add(1, to: BinningCall.place(column: column, row: row))
      totals.counted += 1
    }
  }
}

extension Density.Pairs {
  fileprivate func forEach(_ body: (Float, Float) -> Void) {
    for run in 0..<runs {
      for index in run * stride..<run * stride + length { body(x[index], y[index]) }
    }
  }
}
