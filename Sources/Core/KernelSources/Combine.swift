import CVector
import KernelInterface
import Tensors

func combine(_ call: BinaryCall) {
  switch call.kind {
  case .add: Combination<Sum>(call).run(call.layout)
  case .multiply: Combination<Product>(call).run(call.layout)
  case .maximum: Combination<Larger>(call).run(call.layout)
  }
}

/// What is done with two values.
private protocol BinaryFunction {
  static func value(_ left: Vector, _ right: Vector) -> Vector
}

private enum Sum: BinaryFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { left + right }
}

private enum Product: BinaryFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { left * right }
}

private enum Larger: BinaryFunction {
  @inline(__always) static func value(_ left: Vector, _ right: Vector) -> Vector { vector_largest(left, right) }
}

/// A ``BinaryCall`` as addresses.
private struct Combination<Function: BinaryFunction> {
  let first: Floats
  let second: Floats
  let output: MutableFloats
  let positions: Int
  let channels: Int
  let stride: Int

  @inline(__always)
  init(_ call: BinaryCall) {
    (first, second, output) = (Floats(call.first.pointer), Floats(call.second.pointer), call.output.pointer)
    (positions, channels, stride) = (call.shape.positions, call.shape.channels, call.shape.channelStride)
  }

  @inline(__always)
  func run(_ layout: BinaryCall.Layout) {
    switch layout {
    case .map: maps()
    case .vector: vector()
    case .plane: plane()
    }
  }

  private func maps() {
    for index in Swift.stride(from: 0, to: positions * stride, by: lanes) {
      storeVector(Function.value(load(first + index), load(second + index)), output + index)
    }
  }

  private func vector() {
    for start in Swift.stride(from: 0, to: positions * stride, by: stride) {
      for channel in Swift.stride(from: 0, to: stride, by: lanes) {
        let value = Function.value(load(first + start + channel), load(second + channel))
        storeVector(value, output + start + channel)
      }
    }
  }

  /// The second operand's value meets padding lanes too, which stay zero.
  private func plane() {
    for position in 0..<positions {
      let right = all(second[position * blockLanes])
      for channel in Swift.stride(from: 0, to: stride, by: lanes) {
        let value = Function.value(load(first + position * stride + channel), right)
        storeVector(
          channel + lanes <= channels ? value : firstLanes(value, max(channels - channel, 0)),
          output + position * stride + channel)
      }
    }
  }
}
