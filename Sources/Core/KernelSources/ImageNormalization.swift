import CVector
import KernelInterface
import Tensors

func normalize(_ call: NormalizeCall) {
  // As integers, floats move through the registers that store twice as many in a cycle.
  let levels = call.channels * NormalizeCall.levels
  let constants = call.constants
  call.table.pointer.withMemoryRebound(to: UInt32.self, capacity: levels) { table in
    for row in 0..<call.rows {
      let source = Bytes(call.source.bytes.pointer) + call.source.offset + row * call.source.stride
      let output = call.output.pointer + row * call.outputStride
      output.withMemoryRebound(to: UInt32.self, capacity: call.columns * call.channels) { integers in
        if call.source.channels == call.channels {
          let done = scaleRow(source, constants, output, call)
          lookUpRow(source, UnsafePointer(table), integers, from: done, call)
        } else {
          spreadRow(source, UnsafePointer(table), integers, columns: call.columns)
        }
      }
    }
  }
}

/// Computes the values of whole vectors, as far as there is a way to; returns how many, whole pixels.
@inline(__always)
private func scaleRow(_ source: Bytes, _ constants: Floats?, _ output: MutableFloats, _ call: NormalizeCall) -> Int {
  #if AVX2 || AVX512
    guard let constants else { return 0 }
    let (step, count) = (3 * lanes, call.columns * call.channels)
    let wholes = count / step * step
    // Constants of one vector of three at a time stay in registers.
    for vector in 0..<3 {
      let place = vector * lanes
      let scale = Scale(constants + place)
      for index in Swift.stride(from: place, to: wholes, by: step) {
        storeVector(scale.value(vector_load_bytes_as_floats(source + index)), output + index)
      }
    }
    return wholes
  #else
    return 0  // without fused multiply-add the remainder of a division is lost
  #endif
}

/// The constants of ``PixelScaling`` for the lanes of one vector.
private struct Scale {
  let negativeMean: Vector
  let reciprocal: Vector
  let negativeDeviation: Vector

  @inline(__always)
  init(_ constants: Floats) {
    negativeMean = load(constants)
    reciprocal = load(constants + PixelScaling.period)
    negativeDeviation = load(constants + 2 * PixelScaling.period)
  }

  @inline(__always)
  func value(_ levels: Vector) -> Vector {
    let part = quotient(levels, all(-PixelScaling.whole), all(1 / PixelScaling.whole)) + negativeMean
    return quotient(part, negativeDeviation, reciprocal)
  }

  @inline(__always)
  private func quotient(_ dividend: Vector, _ negativeDivisor: Vector, _ reciprocal: Vector) -> Vector {
    let near = dividend * reciprocal
    let remainder = vector_add_product(dividend, near, negativeDivisor)
    return vector_add_product(near, remainder, reciprocal)
  }
}

/// Looks up the values from `first` on, which begins a pixel.
@inline(__always)
private func lookUpRow(
  _ source: Bytes, _ table: UnsafePointer<UInt32>, _ output: UnsafeMutablePointer<UInt32>, from first: Int,
  _ call: NormalizeCall
) {
  let count = call.columns * call.channels
  if call.channels == 1 {
    for place in first..<count { output[place] = table[Int(source[place])] }
    return
  }
  let (green, blue) = (table + NormalizeCall.levels, table + 2 * NormalizeCall.levels)
  for place in Swift.stride(from: first, to: count, by: 3) {
    (output[place], output[place + 1]) = (table[Int(source[place])], green[Int(source[place + 1])])
    output[place + 2] = blue[Int(source[place + 2])]
  }
}

/// Looks up three values for each grey pixel.
@inline(__always)
private func spreadRow(
  _ source: Bytes, _ table: UnsafePointer<UInt32>, _ output: UnsafeMutablePointer<UInt32>, columns: Int
) {
  let (green, blue) = (table + NormalizeCall.levels, table + 2 * NormalizeCall.levels)
  for column in 0..<columns {
    let level = Int(source[column])
    (output[3 * column], output[3 * column + 1]) = (table[level], green[level])
    output[3 * column + 2] = blue[level]
  }
}
