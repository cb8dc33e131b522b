import CVector
import KernelInterface

/// 512 bins over [-2^exponent, 2^exponent).
struct BinAxis {
  /// 1.5 * 2^23 bins. Adding it to a value leaves the nearest multiple of a bin in the low bits of the sum, without
  /// any rounding of the value before: exact for subnormal values too.
  let magic: Float
  /// Bins in 1, which is exact in double precision for any exponent.
  let binsPerUnit: Double
  /// Whether ``magic`` and its surroundings are ordinary floats.
  let isVectorised: Bool

  init(exponent: Int) {
    isVectorised = abs(exponent) <= 100
    let inRange = isVectorised ? exponent : 0
    magic = Float(sign: .plus, exponent: inRange - 8 + 23, significand: 1.5)
    binsPerUnit = Double(sign: .plus, exponent: 8 - exponent, significand: 1)
  }

  /// The bin of one value; nil outside and for what is not finite.
  func bin(_ value: Float) -> Int? {
    let half = Double(BinningCall.bins / 2)
    let scaled = (Double(value) * binsPerUnit).rounded(.down)
    return scaled >= -half && scaled < half ? Int(scaled + half) : nil
  }

  /// The bins of a vector; anything from 512 up (as an unsigned number) outside and for what is not finite.
  @inline(__always)
  func bins(_ values: Vector) -> Integers {
    let shifted = values + all(magic)
    // Where the nearest multiple lies above the value, the floor is one below.
    let oneBelow = vector_is_less_float(values, shifted - all(magic))
    let half = Int32(BinningCall.bins / 2)
    return (vector_bits(shifted) &- allInteger(Int32(bitPattern: magic.bitPattern) &- half)) &+ oneBelow
  }
}

/// What pairs hold, lane by lane.
struct BinTally {
  /// All bins of a block together: above 511 if any of them is.
  var together = Integers()
  /// Bit patterns of the largest magnitudes.
  var largestX = Integers()
  var largestY = Integers()
  /// Minus the numbers of pairs.
  var negativeInputs = Integers()
  var positiveFromNegative = Integers()

  /// Whether every value of the block had a bin.
  @inline(__always)
  var isInside: Bool { UInt32(bitPattern: vector_or_of_lanes(together)) < UInt32(BinningCall.bins) }

  /// Adds the pairs in the first `count` lanes and writes the indices of all lanes.
  @inline(__always)
  mutating func add(
    _ x: Vector, _ y: Vector, _ columns: BinAxis, _ rows: BinAxis, count: Int,
    _ indices: UnsafeMutablePointer<UInt32>
  ) {
    // Lanes that are not in use become (0, 0), which is inside, not negative and has no magnitude.
    let isUsed = vector_is_less(laneNumbers(), allInteger(Int32(truncatingIfNeeded: count)))
    let (x, y) = (vector_from_bits(vector_bits(x) & isUsed), vector_from_bits(vector_bits(y) & isUsed))
    let (column, row) = (columns.bins(x), rows.bins(y))
    let index = vector_shift_left(row, 9) | column
    UnsafeMutableRawPointer(indices).storeBytes(of: index, as: Integers.self)
    together = together | column | row
    let magnitude = allInteger(.max)
    largestX = vector_larger_integers(largestX, vector_bits(x) & magnitude)
    largestY = vector_larger_integers(largestY, vector_bits(y) & magnitude)
    let negative = vector_is_less_float(x, Vector())
    negativeInputs = negativeInputs &+ negative
    positiveFromNegative = positiveFromNegative &+ (negative & vector_is_less_float(Vector(), y))
  }
}

/// 0, 1, 2, ...
@inline(__always)
private func laneNumbers() -> Integers {
  var numbers = Integers()
  for lane in 0..<lanes { numbers[lane] = Int32(truncatingIfNeeded: lane) }
  return numbers
}
