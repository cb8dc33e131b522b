import CVector
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
  let x: Floats
  let y: Floats
  let counts: UnsafeMutablePointer<UInt32>
  let indices: UnsafeMutablePointer<UInt32>
  let pairs: Int
  let runLength: Int
  let runStride: Int
  /// The last offset at which a whole vector can be read.
  let lastOffset: Int
  let columns: BinAxis
  let rows: BinAxis
  var result = BinningResult(
    counted: true, largestX: 0, largestY: 0, notFinite: 0, negativeInputs: 0, positiveFromNegative: 0)

  init(_ call: BinningCall, indices: UnsafeMutablePointer<UInt32>) {
    x = Floats(call.x.pointer)
    y = Floats(call.y.pointer)
    counts = call.counts.pointer
    self.indices = indices
    pairs = call.runs * call.runLength
    // Runs without gaps are one run.
    let isDense = call.runLength == call.runStride
    runLength = isDense ? pairs : call.runLength
    runStride = isDense ? pairs : call.runStride
    lastOffset = min(call.x.count, call.y.count) - lanes
    columns = BinAxis(exponent: call.xExponent)
    rows = BinAxis(exponent: call.yExponent)
  }

  mutating func run() {
    var tally = BinTally()
    var start = 0
    if columns.isVectorised, rows.isVectorised, pairs > 0 { vectors(&tally, &start) }
    result.largestX = max(result.largestX, magnitude(tally.largestX))
    result.largestY = max(result.largestY, magnitude(tally.largestY))
    result.negativeInputs -= Int(vector_sum_of_lanes(tally.negativeInputs))
    result.positiveFromNegative -= Int(vector_sum_of_lanes(tally.positiveFromNegative))
    onePairAtATime(start..<pairs)
  }

  private func magnitude(_ patterns: Integers) -> Float {
    Float(bitPattern: UInt32(bitPattern: vector_largest_lane(patterns)))
  }

  /// All pairs up to where vectors would be read beyond the end; moves `start` there.
  @inline(__always)
  private mutating func vectors(_ tally: inout BinTally, _ start: inout Int) {
    var (offset, left) = (0, runLength)
    while start < pairs, offset <= lastOffset {
      let before = tally
      tally.together = Integers()
      var filled = 0
      while filled <= blockPairs - lanes, start + filled < pairs, offset <= lastOffset {
        let whole = min(left, blockPairs - filled, lastOffset - offset + lanes) / lanes
        for _ in 0..<whole {
          tally.add(load(x + offset), load(y + offset), columns, rows, indices + filled)
          filled += lanes
          offset += lanes
        }
        left -= whole * lanes
        if left > 0, left < lanes, filled <= blockPairs - lanes, offset <= lastOffset {
          // The vector at the end of a run has lanes that belong to no pair; the next vector's indices overwrite
          // theirs.
          tally.add(
            firstLanes(load(x + offset), left), firstLanes(load(y + offset), left), columns, rows, indices + filled)
          filled += left
          offset += left
          left = 0
        }
        if left == 0 {
          offset += runStride - runLength
          left = runLength
        }
      }
      if !tally.isInside {
        tally = before
        onePairAtATime(start..<start + filled)
      } else if result.counted {
        count(filled)
      }
      start += filled
    }
  }
}

extension BinningPass {
  /// Counts the pairs of a block.
  @inline(__always)
  private func count(_ filled: Int) {
    var index = 0
    while index + 8 <= filled {
      for ahead in 0..<8 { counts[Int(indices[index + ahead])] &+= 1 }
      index += 8
    }
    while index < filled {
      counts[Int(indices[index])] &+= 1
      index += 1
    }
  }

  /// A block with a value that is not finite or lies outside, or what is left at the end.
  @inline(never)
  private mutating func onePairAtATime(_ block: Range<Int>) {
    let wasCounting = result.counted
    for pair in block { classify(pair) }
    if result.counted {
      recount(block, by: 1)
    } else if wasCounting {
      recount(0..<block.lowerBound, by: .max)
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
      counts[place(column, row)] &+= difference
    }
  }

  /// As ``BinningCall/place(column:row:)``; code of its own, as no kernel may share a function with the rest of the
  /// program.
  private func place(_ column: Int, _ row: Int) -> Int {
    let (large, small) = ((row / 32) * 16 + column / 32, (row / 4 % 8) * 8 + column / 4 % 8)
    return large * 1024 + small * 16 + (row % 4) * 4 + column % 4
  }

  private func values(_ pair: Int) -> (Float, Float) {
    let offset = pair / runLength * runStride + pair % runLength
    return (x[offset], y[offset])
  }
}
