import KernelInterface
import Tensors

/// One pass that counts as it goes. Should a finite value turn out to lie outside, what was counted is taken back.
func binPairs(_ call: BinningCall) -> BinningResult {
  // The indices of one block of pairs; small enough to live on the stack.
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockPairs + lanes) { indices in
    var pass = BinningPass(call, indices: indices.baseAddress.unsafelyUnwrapped)
    pass.run()
    return pass.result
  }
}

/// Pairs whose indices are computed before any is counted, so that loads of indices do not wait for stores of counts.
private let blockPairs = 240

/// A ``BinningCall`` under way. Pairs are numbered run by run.
private struct BinningPass {
  let call: BinningCall
  let indices: UnsafeMutablePointer<UInt32>
  let runs: Int
  let runLength: Int
  let runStride: Int
  let columns: BinAxis
  let rows: BinAxis
  var result = BinningResult(
    counted: true, largestX: 0, largestY: 0, notFinite: 0, negativeInputs: 0, positiveFromNegative: 0)

  init(_ call: BinningCall, indices: UnsafeMutablePointer<UInt32>) {
    self.call = call
    self.indices = indices
    // Runs without gaps are one run.
    let isDense = call.runLength == call.runStride
    runs = isDense ? min(1, call.runs) : call.runs
    runLength = isDense ? call.runs * call.runLength : call.runLength
    runStride = call.runStride
    columns = BinAxis(exponent: call.xExponent)
    rows = BinAxis(exponent: call.yExponent)
  }

  mutating func run() {
    guard runLength > 0 else { return }
    var (run, position, start) = (0, 0, 0)
    while run < runs {
      var tally = BinTally()
      var filled = 0
      while run < runs, filled < blockPairs {
        let count = min(runLength - position, blockPairs - filled)
        fill(run * runStride + position, count, indices + filled, &tally)
        filled += count
        position += count
        if position == runLength { (run, position) = (run + 1, 0) }
      }
      finish(tally, start: start, count: filled)
      start += filled
    }
  }

  /// Writes the indices of `count` pairs that lie together, `offset` floats from the first.
  @inline(__always)
  private func fill(_ offset: Int, _ count: Int, _ indices: UnsafeMutablePointer<UInt32>, _ tally: inout BinTally) {
    let (x, y) = (Floats(call.x.pointer) + offset, Floats(call.y.pointer) + offset)
    let whole = count / lanes * lanes
    let all = Integers(repeating: -1)
    for index in Swift.stride(from: 0, to: whole, by: lanes) {
      tally.add(load(x + index), load(y + index), columns, rows, mask: all, indices + index)
    }
    let tail = count - whole
    guard tail > 0 else { return }
    // What lies behind the run is read where the slices hold it, and ignored.
    let isShort = offset + whole + lanes > min(call.x.count, call.y.count)
    tally.add(
      isShort ? loadFirst(tail, x + whole) : load(x + whole), isShort ? loadFirst(tail, y + whole) : load(y + whole),
      columns, rows, mask: (laneNumbers() &- Integers(repeating: Int32(tail))) &>> Integers(repeating: 31),
      indices + whole)
  }

  /// Counts a block whose indices are written, or goes through it pair by pair if something in it has no bin.
  @inline(__always)
  private mutating func finish(_ tally: BinTally, start: Int, count: Int) {
    guard columns.isVectorised, rows.isVectorised, tally.isInside else { return onePairAtATime(start, count) }
    result.largestX = max(result.largestX, Float(bitPattern: UInt32(bitPattern: tally.largestX.max())))
    result.largestY = max(result.largestY, Float(bitPattern: UInt32(bitPattern: tally.largestY.max())))
    result.negativeInputs -= Int(tally.negativeInputs.wrappedSum())
    result.positiveFromNegative -= Int(tally.positiveFromNegative.wrappedSum())
    guard result.counted else { return }
    let counts = call.counts.pointer
    for index in 0..<count { counts[Int(indices[index])] &+= 1 }
  }
}

extension BinningPass {
  /// A block with a value that is not finite or lies outside.
  @inline(never)
  private mutating func onePairAtATime(_ start: Int, _ count: Int) {
    let wasCounting = result.counted
    for pair in start..<start + count { classify(pair) }
    if result.counted {
      recount(start..<start + count, by: 1)
    } else if wasCounting {
      recount(0..<start, by: .max)
    }
  }

  private mutating func classify(_ pair: Int) {
    let (x, y) = values(pair)
    if x.isFinite {
      result.largestX = max(result.largestX, abs(x))
      result.counted = result.counted && columns.bin(x) != nil
    }
    if y.isFinite {
      result.largestY = max(result.largestY, abs(y))
      result.counted = result.counted && rows.bin(y) != nil
    }
    guard x.isFinite, y.isFinite else {
      result.notFinite += 1
      return
    }
    if x < 0 { result.negativeInputs += 1 }
    if x < 0, y > 0 { result.positiveFromNegative += 1 }
  }

  /// Adds `difference` (modulo 2^32) for each of the pairs that have bins.
  private func recount(_ pairs: Range<Int>, by difference: UInt32) {
    for pair in pairs {
      let (x, y) = values(pair)
      guard let column = columns.bin(x), let row = rows.bin(y) else { continue }
      call.counts.pointer[row * BinningCall.bins + column] &+= difference
    }
  }

  private func values(_ pair: Int) -> (Float, Float) {
    let offset = pair / runLength * runStride + pair % runLength
    return (call.x.pointer[offset], call.y.pointer[offset])
  }
}
