// The widest vector of the instruction set at hand. Swift lowers SIMD types to these registers only when the target
// has them, and an `addProduct` without fused multiply-add to a library call per lane: hence one form for each set.

#if AVX512
  typealias Vector = SIMD16<Float>
  typealias Integers = SIMD16<Int32>
#elseif AVX2
  typealias Vector = SIMD8<Float>
  typealias Integers = SIMD8<Int32>
#else
  typealias Vector = SIMD4<Float>
  typealias Integers = SIMD4<Int32>
#endif

/// Channels in a block: every channel count is padded to a multiple of it.
let blockLanes = 16
/// Lanes of a vector.
let lanes = Vector.scalarCount
/// Vectors in a block.
let blockVectors = blockLanes / lanes

typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

@inline(__always)
func load(_ pointer: Floats) -> Vector { UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }

@inline(__always)
func storeVector(_ vector: Vector, _ pointer: MutableFloats) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// The first `count` floats, zeros behind them.
@inline(__always)
func loadFirst(_ count: Int, _ pointer: Floats) -> Vector {
  var vector = Vector()
  for lane in 0..<count { vector[lane] = pointer[lane] }
  return vector
}

@inline(__always)
func storeFirst(_ count: Int, _ vector: Vector, _ pointer: MutableFloats) {
  for lane in 0..<count { pointer[lane] = vector[lane] }
}

/// `sum += left * right`, fused where the instruction set can.
@inline(__always)
func addProduct(_ sum: inout Vector, _ left: Vector, _ right: Vector) {
  #if AVX512 || AVX2 || arch(arm64)
    sum.addProduct(left, right)
  #else
    sum += left * right
  #endif
}

@inline(__always)
func bits(_ vector: Vector) -> Integers { unsafeBitCast(vector, to: Integers.self) }

@inline(__always)
func floats(_ integers: Integers) -> Vector { unsafeBitCast(integers, to: Vector.self) }

/// The sum of all lanes, by halves.
@inline(__always)
func laneSum(_ vector: Vector) -> Float {
  #if AVX512
    let eight = vector.lowHalf + vector.highHalf
    let four = eight.lowHalf + eight.highHalf
  #elseif AVX2
    let four = vector.lowHalf + vector.highHalf
  #else
    let four = vector
  #endif
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}
