import CVector
import KernelInterface
import Tensors

func combine(_ call: BinaryCall) {
  let map = call.map
  switch call.function {
  case .add: map.combine(Sum.self)
  case .multiply: map.combine(Product.self)
  case .divide: map.combine(Quotient.self)
  case .minimum: map.combine(Smaller.self)
  case .maximum: map.combine(Larger.self)
  case .greater: map.combine(Greater.self)
  case .greaterOrEqual: map.combine(GreaterOrEqual.self)
  case .keep: map.combine(Kept.self)
  case .drop: map.combine(Dropped.self)
  }
}

/// What is done with two values.
private protocol VectorFunction {
  /// Whether two zeros give 0, so that padding lanes need no care.
  static var keepsZero: Bool { get }
  static func value(_ left: Vector, _ right: Vector) -> Vector
}

extension VectorFunction {
  static var keepsZero: Bool { true }
}

private enum Sum: VectorFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { left + right }
}

private enum Product: VectorFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { left * right }
}

private enum Quotient: VectorFunction {
  static var keepsZero: Bool { false }
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { left / right }
}

private enum Smaller: VectorFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { vector_smallest(left, right) }
}

private enum Larger: VectorFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { vector_largest(left, right) }
}

private enum Greater: VectorFunction {
  @inline(__always)
  static func value(_ left: Vector, _ right: Vector) -> Vector { one(where: vector_is_less_float(right, left)) }
}

private enum GreaterOrEqual: VectorFunction {
  static var keepsZero: Bool { false }
  @inline(__always)
  static func value(_ left: Vector, _ right: Vector) -> Vector { one(where: vector_is_not_above(right, left)) }
}

private enum Kept: VectorFunction {
  @inline(__always)
  static func value(_ left: Vector, _ right: Vector) -> Vector {
    vector_from_bits(vector_select(vector_is_equal_float(right, Vector()), allInteger(0), vector_bits(left)))
  }
}

private enum Dropped: VectorFunction {
  @inline(__always)
  static func value(_ left: Vector, _ right: Vector) -> Vector {
    vector_from_bits(vector_is_equal_float(right, Vector()) & vector_bits(left))
  }
}

@inline(__always)
private func one(where mask: Integers) -> Vector { vector_from_bits(mask & vector_bits(all(1))) }

extension BinaryMap {
  @inline(__always)
  fileprivate func combine<Function: VectorFunction>(_ function: Function.Type) {
    if isAligned, Function.keepsZero {
      for index in Swift.stride(from: 0, to: height * width * stride, by: lanes) {
        storeVector(Function.value(load(first.floats + index), load(second.floats + index)), output + index)
      }
    } else if first.isPlane || second.isPlane {
      positions(function) { operand, isPlane, channel in isPlane ? all(operand[0]) : load(operand + channel) }
    } else {
      positions(function) { operand, _, channel in load(operand + channel) }
    }
  }

  /// One position after the other; what meets padding lanes leaves zeros.
  @inline(__always)
  private func positions<Function: VectorFunction>(
    _ function: Function.Type, _ value: (Floats, Bool, Int) -> Vector
  ) {
    for row in 0..<height {
      for column in 0..<width {
        let left = first.floats + (row * first.rowStep + column * first.columnStep)
        let right = second.floats + (row * second.rowStep + column * second.columnStep)
        let target = output + (row * width + column) * stride
        for channel in Swift.stride(from: 0, to: stride, by: lanes) {
          let result = Function.value(value(left, first.isPlane, channel), value(right, second.isPlane, channel))
          storeVector(
            channel + lanes <= channels ? result : firstLanes(result, max(channels - channel, 0)), target + channel)
        }
      }
    }
  }
}
