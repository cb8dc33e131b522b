import CVector
import Tensors

/// `-|x| = n ln 2 + r` with |r| <= ln 2 / 2, as the bits of a float's exponent that stand for n, and `e^r - 1`; what is
/// below `least` counts as `least`. The latter is NaN if x is.
@inline(__always)
private func reduced(_ x: Vector, least: Float) -> (exponent: Integers, remainder: Vector) {
  let t = vector_larger(vector_from_bits(vector_bits(x) | allInteger(.min)), all(least))
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
  let magic = all(12_582_912)
  var shifted = magic
  addProduct(&shifted, t, all(1.442_695_04))
  let n = shifted - magic
  // ln 2 in two parts, the first with few enough bits that its product with n is exact.
  var r = t
  addProduct(&r, n, all(-0.693_359_375))
  addProduct(&r, n, all(2.121_944_4e-4))
  // The Taylor series of (e^r - 1 - r) / r^2; its rest is below 2e-8 of the whole.
  var series = all(1 / 5040)
  series = polynomialStep(series, r, 1 / 720)
  series = polynomialStep(series, r, 1 / 120)
  series = polynomialStep(series, r, 1 / 24)
  series = polynomialStep(series, r, 1 / 6)
  series = polynomialStep(series, r, 1 / 2)
  var remainder = r
  addProduct(&remainder, series * r, r)
  return (vector_bits(shifted) &- vector_bits(magic) &+ allInteger(127), remainder)
}

/// 2^n of its exponent's bits.
@inline(__always)
private func power(_ exponent: Integers) -> Vector { vector_from_bits(vector_shift_left(exponent, 23)) }

@inline(__always)
private func polynomialStep(_ sum: Vector, _ variable: Vector, _ coefficient: Float) -> Vector {
  var next = all(coefficient)
  addProduct(&next, sum, variable)
  return next
}

/// `e^-|x|`: below 1.2e-38 with the few bits that floats have there, and 0 from |x| = 104 on.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
  let (exponent, remainder) = reduced(x, least: -104)
  // Powers that no float's exponent holds are computed 2^64 times larger; the last product then rounds once.
  let small = vector_is_less(exponent, allInteger(1))
  let larger = power(exponent &+ (small & allInteger(64)))
  let scale = vector_from_bits(vector_select(small, vector_bits(all(0x1p-64)), vector_bits(all(1))))
  return vector_add_product(larger, larger, remainder) * scale
}

/// `e^-|x| - 1`, accurate near 0 too.
@inline(__always)
func exponentialLessOne(_ x: Vector) -> Vector {
  let (exponent, remainder) = reduced(x, least: -87)
  let power = power(exponent)
  return vector_add_product(power - all(1), power, remainder)
}

/// `2σ(x) - 1 = tanh(x / 2)`, accurate near 0 too.
@inline(__always)
func centredSigmoid(_ x: Vector) -> Vector {
  let less = exponentialLessOne(x)
  let magnitude = (Vector() - less) / (all(2) + less)
  return vector_from_bits(vector_bits(magnitude) ^ (vector_bits(x) & allInteger(.min)))
}

/// Writes `transform` of `count` floats; the last few pass through a scratch vector.
@inline(__always)
func mapVectors(_ input: Floats, to output: MutableFloats, count: Int, _ transform: (Vector) -> Vector) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: blockLanes) { buffer in
    let scratch = buffer.baseAddress.unsafelyUnwrapped
    for index in Swift.stride(from: 0, to: count, by: lanes) {
      let tail = count - index
      if tail < lanes {
        for lane in 0..<lanes { scratch[lane] = lane < tail ? input[index + lane] : 0 }
      }
      let target = tail < lanes ? scratch : output + index
      storeVector(transform(load(tail < lanes ? Floats(scratch) : input + index)), target)
      if tail < lanes {
        for lane in 0..<tail { output[index + lane] = scratch[lane] }
      }
    }
  }
}
