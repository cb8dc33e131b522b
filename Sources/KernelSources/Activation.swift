import CVector
import KernelInterface
import Tensors

func activation(_ call: ActivationCall) {
  switch call.functions {
  case 1: ActivationLines<1>.run(call)
  case 2: ActivationLines<2>.run(call)
  case 3: ActivationLines<3>.run(call)
  default: manyLines(call)
  }
}

/// `functions` lines with their coefficients in registers.
private struct ActivationLines<let functions: Int> {
  var slopes: InlineArray<functions, Vector>
  var intercepts: InlineArray<functions, Vector>

  @inline(__always)
  init(_ call: ActivationCall, channel: Int) {
    let stride = call.shape.channelStride
    slopes = InlineArray { load(Floats(call.slopes.pointer) + $0 * stride + channel) }
    intercepts = InlineArray { load(Floats(call.intercepts.pointer) + $0 * stride + channel) }
  }

  /// The largest line at x.
  @inline(__always)
  func callAsFunction(_ x: Vector) -> Vector {
    var largest = line(0, x)
    for function in 1..<functions { largest = vector_larger(largest, line(function, x)) }
    return largest
  }

  @inline(__always)
  private func line(_ function: Int, _ x: Vector) -> Vector {
    var sum = intercepts[function]
    addProduct(&sum, x, slopes[function])
    return sum
  }

  @inline(__always)
  static func run(_ call: ActivationCall) {
    let (stride, positions) = (call.shape.channelStride, call.shape.positions)
    let bound = Vector(repeating: call.upperBound)
    // A chunk of positions stays in the first-level cache while its channels go by.
    for start in Swift.stride(from: 0, to: positions, by: chunkPositions) {
      let count = min(chunkPositions, positions - start)
      for channel in Swift.stride(from: 0, to: stride, by: lanes) {
        let lines = ActivationLines(call, channel: channel)
        let x = Floats(call.x.pointer) + start * stride + channel
        let y = call.y.pointer + start * stride + channel
        if let attention = call.attention {
          let attention = Floats(attention.pointer) + start
          for position in 0..<count {
            let value = lines(load(x + position * stride)) * all(attention[position])
            storeVector(vector_smaller(value, bound), y + position * stride)
          }
        } else {
          for position in 0..<count {
            storeVector(vector_smaller(lines(load(x + position * stride)), bound), y + position * stride)
          }
        }
      }
    }
  }
}

private let chunkPositions = 32

/// Any number of lines, their coefficients read for each vector.
private func manyLines(_ call: ActivationCall) {
  let stride = call.shape.channelStride
  let (slopes, intercepts) = (Floats(call.slopes.pointer), Floats(call.intercepts.pointer))
  let bound = Vector(repeating: call.upperBound)
  for position in 0..<call.shape.positions {
    let attention = call.attention.map { $0.pointer[position] } ?? 1
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let x = load(Floats(call.x.pointer) + position * stride + channel)
      var largest = Vector(repeating: -.infinity)
      for function in 0..<call.functions {
        var line = load(intercepts + function * stride + channel)
        addProduct(&line, x, load(slopes + function * stride + channel))
        largest = vector_larger(line, largest)
      }
      storeVector(vector_smaller(largest * all(attention), bound), call.y.pointer + position * stride + channel)
    }
  }
}
