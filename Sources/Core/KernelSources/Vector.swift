import CVector

/// The widest vector of the instruction set at hand.
typealias Vector = vector_floats
/// As many integers, of the same size.
typealias Integers = vector_integers

/// Channels in a block: every channel count is padded to a multiple of it.
let blockLanes = 16
/// Lanes of a vector.
let lanes = Vector.scalarCount
/// Vectors in a block.
let blockVectors = blockLanes / lanes

typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

// The standard library's are generic: their specialisations would be shared with other modules.

@inline(__always)
func min(_ left: Int, _ right: Int) -> Int { left < right ? left : right }

@inline(__always)
func max(_ left: Int, _ right: Int) -> Int { left < right ? right : left }

@inline(__always)
func load(_ pointer: Floats) -> Vector { UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self) }

@inline(__always)
func storeVector(_ vector: Vector, _ pointer: MutableFloats) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// `sum += left * right`, fused where the instruction set can.
@inline(__always)
func addProduct(_ sum: inout Vector, _ left: Vector, _ right: Vector) {
  sum = vector_add_product(sum, left, right)
}

// These take the place of the standard library's generic operators, which work lane by lane.

@inline(__always)
func + (left: Vector, right: Vector) -> Vector { vector_add(left, right) }

@inline(__always)
func - (left: Vector, right: Vector) -> Vector { vector_subtract(left, right) }

@inline(__always)
func * (left: Vector, right: Vector) -> Vector { vector_multiply(left, right) }

@inline(__always)
func / (left: Vector, right: Vector) -> Vector { vector_divide(left, right) }

@inline(__always)
func &+ (left: Integers, right: Integers) -> Integers { vector_add_integers(left, right) }

@inline(__always)
func &- (left: Integers, right: Integers) -> Integers { vector_subtract_integers(left, right) }

@inline(__always)
func & (left: Integers, right: Integers) -> Integers { vector_and(left, right) }

@inline(__always)
func | (left: Integers, right: Integers) -> Integers { vector_or(left, right) }

@inline(__always)
func ^ (left: Integers, right: Integers) -> Integers { vector_xor(left, right) }

@inline(__always)
func all(_ value: Float) -> Vector { Vector(repeating: value) }

@inline(__always)
func allInteger(_ value: Int32) -> Integers { Integers(repeating: value) }

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
