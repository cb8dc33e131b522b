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
    let shifted = values + magic
    // Positive where the nearest multiple lies above the value: then the floor is one below.
    let above = bits((shifted - magic) - values)
    let oneBelow = (Integers() &- above) &>> Integers(repeating: 31)
    let half = Int32(BinningCall.bins / 2)
    return (bits(shifted) &- Integers(repeating: Int32(bitPattern: magic.bitPattern) &- half)) &+ oneBelow
  }
}

/// What a block of pairs holds, lane by lane.
struct BinTally {
  /// All bins together: above 511 if any of them is.
  var together = Integers()
  /// Bit patterns of the largest magnitudes.
  var largestX = Integers()
  var largestY = Integers()
  /// Minus the numbers of pairs.
  var negativeInputs = Integers()
  var positiveFromNegative = Integers()

  /// Whether every value had a bin.
  @inline(__always)
  var isInside: Bool {
    var all: Int32 = 0
    for lane in 0..<lanes { all |= together[lane] }
    return UInt32(bitPattern: all) < UInt32(BinningCall.bins)
  }

  /// Adds the pairs in the lanes where `mask` is -1 and writes the indices of all lanes.
  @inline(__always)
  mutating func add(
    _ x: Vector, _ y: Vector, _ columns: BinAxis, _ rows: BinAxis, mask: Integers,
    _ indices: UnsafeMutablePointer<UInt32>
  ) {
    let (column, row) = (columns.bins(x), rows.bins(y))
    let index = (row &<< Integers(repeating: 9)) | column
    UnsafeMutableRawPointer(indices).storeBytes(of: index, as: Integers.self)
    together |= (column | row) & mask
    let magnitude = Integers(repeating: .max) & mask
    largestX = larger(largestX, bits(x) & magnitude)
    largestY = larger(largestY, bits(y) & magnitude)
    // Negative values are those in the lower half of the bins.
    let negative = ((column &- Integers(repeating: 256)) &>> Integers(repeating: 31)) & mask
    // The sign bit of (-b & ~b) is set for every bit pattern of a positive float, and for no other.
    let positive = ((Integers() &- bits(y)) & ~bits(y)) &>> Integers(repeating: 31)
    negativeInputs &+= negative
    positiveFromNegative &+= negative & positive
  }

  @inline(__always)
  private func larger(_ left: Integers, _ right: Integers) -> Integers {
    left.replacing(with: right, where: right .> left)
  }
}

/// 0, 1, 2, ...
@inline(__always)
func laneNumbers() -> Integers {
  var numbers = Integers()
  for lane in 0..<lanes { numbers[lane] = Int32(truncatingIfNeeded: lane) }
  return numbers
}
