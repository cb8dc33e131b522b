import Tensors

/// `2^n` and `e^r - 1` with `t = n ln 2 + r`, |r| <= ln 2 / 2, for t from -87 to 0 (smaller t counts as -87).
@inline(__always)
private func reduced(_ t: Vector) -> (power: Vector, remainder: Vector) {
  let t = t.replacing(with: -87, where: t .< -87)
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
  let magic = Vector(repeating: 12_582_912)
  var shifted = magic
  addProduct(&shifted, t, Vector(repeating: 1.442_695_04))
  let n = shifted - magic
  // ln 2 in two parts, the first with few enough bits that its product with n is exact.
  var r = t
  addProduct(&r, n, Vector(repeating: -0.693_359_375))
  addProduct(&r, n, Vector(repeating: 2.121_944_4e-4))
  // The Taylor series of (e^r - 1 - r) / r^2; its rest is below 2e-8 of the whole.
  var series = Vector(repeating: 1 / 5040)
  series = polynomialStep(series, r, 1 / 720)
  series = polynomialStep(series, r, 1 / 120)
  series = polynomialStep(series, r, 1 / 24)
  series = polynomialStep(series, r, 1 / 6)
  series = polynomialStep(series, r, 1 / 2)
  var remainder = r
  addProduct(&remainder, series * r, r)
  let exponent = (bits(shifted) &- bits(magic) &+ Integers(repeating: 127)) &<< Integers(repeating: 23)
  return (floats(exponent), remainder)
}

@inline(__always)
private func polynomialStep(_ sum: Vector, _ variable: Vector, _ coefficient: Float) -> Vector {
  var next = Vector(repeating: coefficient)
  addProduct(&next, sum, variable)
  return next
}

/// `e^t` for t <= 0, never below 1.6e-38.
@inline(__always)
func exponential(_ t: Vector) -> Vector {
  let (power, remainder) = reduced(t)
  var result = power
  addProduct(&result, power, remainder)
  return result
}

/// `2σ(x) - 1 = tanh(x / 2)`, accurate near 0 too.
@inline(__always)
private func centredSigmoid(_ x: Vector) -> Vector {
  let sign = bits(x) & Integers(repeating: .min)
  let (power, remainder) = reduced(floats(bits(x) | Integers(repeating: .min)))
  // e^-|x| - 1
  var less = power - Vector(repeating: 1)
  addProduct(&less, power, remainder)
  let magnitude = (Vector() - less) / (Vector(repeating: 2) + less)
  return floats(bits(magnitude) ^ sign)
}

func gate(_ input: TensorSlice, _ base: Float, _ range: Float, _ output: TensorSlice) {
  let count = input.count
  guard output.count >= count else { fatalError("the output is too small") }
  let (from, to) = (Floats(input.pointer), output.pointer)
  let whole = count / lanes * lanes
  for index in Swift.stride(from: 0, to: whole, by: lanes) {
    storeVector(gated(load(from + index), base, range), to + index)
  }
  storeFirst(count - whole, gated(loadFirst(count - whole, from + whole), base, range), to + whole)
  for index in count..<output.count { to[index] = 0 }
}

@inline(__always)
private func gated(_ input: Vector, _ base: Float, _ range: Float) -> Vector {
  var result = Vector(repeating: base)
  addProduct(&result, Vector(repeating: range), centredSigmoid(input))
  return result
}
