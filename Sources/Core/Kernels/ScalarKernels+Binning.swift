import KernelInterface

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ScalarKernels {
  static func binPairs(_ call: BinningCall) -> BinningResult {
    var result = BinningResult(
      counted: true, largestX: 0, largestY: 0, notFinite: 0, negativeInputs: 0, positiveFromNegative: 0)
    forEachPair(call) { x, y in
      if x.isFinite { result.largestX = max(result.largestX, abs(x)) }
      if y.isFinite { result.largestY = max(result.largestY, abs(y)) }
      if (x.isFinite && bin(x, exponent: call.xExponent) == nil)
        || (y.isFinite && bin(y, exponent: call.yExponent) == nil)
      {
        result.counted = false
      }
      guard x.isFinite && y.isFinite else {
        result.notFinite += 1
        return
      }
      if x < 0 { result.negativeInputs += 1 }
      if x < 0 && y > 0 { result.positiveFromNegative += 1 }
    }
    guard result.counted else { return result }
    forEachPair(call) { x, y in
      guard x.isFinite, y.isFinite, let column = bin(x, exponent: call.xExponent),
        let row = bin(y, exponent: call.yExponent)
      else { return }
      call.counts[BinningCall.place(column: column, row: row)] += 1
    }
    return result
  }

  private static func forEachPair(_ call: BinningCall, _ body: (Float, Float) -> Void) {
    for run in 0..<call.runs {
      for index in run * call.runStride..<run * call.runStride + call.runLength { body(call.x[index], call.y[index]) }
    }
  }

  /// The bin of a finite value on an axis from -2^exponent to 2^exponent; nil outside.
  private static func bin(_ value: Float, exponent: Int) -> Int? {
    // Doubles hold the quotient exactly: no float is so small that it underflows.
    let half = BinningCall.bins / 2
    let scaled = floor(scalbn(Double(value), Int32(8 - exponent)))
    guard scaled >= -Double(half), scaled < Double(half) else { return nil }
    return Int(scaled) + half
  }
}
