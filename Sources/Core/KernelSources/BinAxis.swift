import CVector
import KernelInterface

/// 512 bins over [-2^exponent, 2^exponent).
struct BinAxis {
  /// 1.5 * 2^23 bins. The sum with a value, rounded down, is a whole number of bins, and its low bits are the bin:
  /// exact for any finite value, subnormal ones too.
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
    let half = Int32(BinningCall.bins / 2)
    return vector_bits_of_lower_sum(all(magic), values) &- allInteger(Int32(bitPattern: magic.bitPattern) &- half)
  }
}

/// `BinningCall.place(column:row:)` of a vector of bins: the same bits, moved with as few shifts as they allow.
@inline(__always)
func places(_ column: Integers, _ row: Integers) -> Integers {
  // From the top: row 8...5, column 8...5, row 4...2, column 4...2, row 1...0, column 1...0.
  let byNine = vector_shift_left(row, 9)
  let byFive = vector_shift_left(vector_select(allInteger(0x1E0), column, row), 5)
  let byTwo = vector_shift_left(vector_select(allInteger(0x1C), column, row), 2)
  let low = vector_select(allInteger(0x3), column, byTwo)
  return vector_select(allInteger(0x7F), low, vector_select(allInteger(0x3FFF), byFive, byNine))
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

  /// Adds a vector of pairs and writes where their counts lie.
  @inline(__always)
  mutating func add(
    _ x: Vector, _ y: Vector, _ columns: BinAxis, _ rows: BinAxis, _ found: UnsafeMutablePointer<UInt32>
  ) {
    let (column, row) = (columns.bins(x), rows.bins(y))
    UnsafeMutableRawPointer(found).storeBytes(of: places(column, row), as: Integers.self)
    together = together | column | row
    let magnitude = allInteger(.max)
    largestX = vector_larger_integers(largestX, vector_bits(x) & magnitude)
    largestY = vector_larger_integers(largestY, vector_bits(y) & magnitude)
    let negative = vector_is_less_float(x, Vector())
    negativeInputs = negativeInputs &+ negative
    positiveFromNegative = positiveFromNegative &+ (negative & vector_is_less_float(Vector(), y))
  }
}

/// The first `count` lanes of a vector and zeros: (0, 0) is inside, not negative and has no magnitude.
@inline(__always)
func firstLanes(_ vector: Vector, _ count: Int) -> Vector {
  let isUsed = vector_is_less(laneNumbers(), allInteger(Int32(truncatingIfNeeded: count)))
  return vector_from_bits(vector_bits(vector) & isUsed)
}

/// 0, 1, 2, ...
@inline(__always)
func laneNumbers() -> Integers {
  var numbers = Integers()
  for lane in 0..<lanes { numbers[lane] = Int32(truncatingIfNeeded: lane) }
  return numbers
}
