import CVector
import KernelInterface
import Tensors

typealias Bytes = UnsafePointer<UInt8>
typealias MutableBytes = UnsafeMutablePointer<UInt8>

/// A filter's numbers as pointers.
private struct Filter {
  let outputs: Int
  let taps: Int
  let storedTaps: Int
  let windowTaps: Int
  let starts: UnsafePointer<Int32>
  let weights: UnsafePointer<Int32>

  init(_ filter: ResampleFilter) {
    outputs = filter.outputs
    taps = filter.taps
    storedTaps = ResampleFilter.storedTaps(filter.taps)
    windowTaps = ResampleFilter.windowTaps(filter.taps)
    starts = UnsafePointer(filter.starts.pointer)
    weights = UnsafePointer(filter.weights.pointer)
  }

  @inline(__always)
  func weight(_ output: Int, _ tap: Int) -> Int32 {
    weights[ResampleFilter.index(output: output, tap: tap, storedTaps: storedTaps)]
  }
}

func filterAcross(_ call: FilterAcrossCall) {
  let filter = Filter(call.filter)
  let source = Bytes(call.source.bytes.pointer) + call.source.offset
  let target = call.target.bytes.pointer + call.target.offset
  let strides = (source: call.source.stride, target: call.target.stride)
  if call.source.channels == 1 {
    for row in 0..<call.rows {
      greyAcross(source + row * strides.source, filter, target + row * strides.target)
    }
    return
  }
  let pairs = call.rows / 2
  for pair in 0..<pairs {
    let (from, to) = (source + 2 * pair * strides.source, target + 2 * pair * strides.target)
    ColorRows<2>.filterAcross(from, strides, filter, to)
  }
  if call.rows % 2 == 1 {
    let row = call.rows - 1
    ColorRows<1>.filterAcross(source + row * strides.source, strides, filter, target + row * strides.target)
  }
}

/// Rows side by side, which share the loads of the weights. Four lanes hold a pixel: red, green, blue and one of no
/// use.
private enum ColorRows<let count: Int> {
  @inline(__always)
  static func filterAcross(
    _ source: Bytes, _ strides: (source: Int, target: Int), _ filter: Filter, _ target: MutableBytes
  ) {
    for block in 0..<ResampleFilter.blocks(filter.outputs) {
      for part in 0..<blockVectors {
        let output = block * ResampleFilter.blockOutputs + part * lanes / 4
        var sums = InlineArray<count, Integers>(repeating: allInteger(ResampleFilter.half))
        var tap = 0
        while tap < filter.storedTaps {
          let weights = filter.weights + (block * filter.storedTaps + tap) * ResampleFilter.blockLanes + part * lanes
          for row in 0..<count {
            sums[row] = vector_add_windows(
              sums[row], source + row * strides.source + 3 * tap, filter.starts + output, weights, filter.windowTaps)
          }
          tap += filter.windowTaps
        }
        for row in 0..<count { vector_store_pixels(sums[row], target + row * strides.target + 3 * output) }
      }
    }
  }
}

/// One byte a pixel leaves nothing to do side by side but the taps, which are few.
@inline(__always)
private func greyAcross(_ source: Bytes, _ filter: Filter, _ target: MutableBytes) {
  for output in 0..<filter.outputs {
    let pixels = source + Int(filter.starts[output])
    var sum = ResampleFilter.half
    for tap in 0..<filter.taps { sum &+= Int32(pixels[tap]) &* filter.weight(output, tap) }
    target[output] = roundedDown(sum)
  }
}

func filterDown(_ call: FilterDownCall) {
  let filter = Filter(call.filter)
  let stride = call.source.stride
  let count = call.columns * call.source.channels
  for row in 0..<filter.outputs {
    let source = Bytes(call.source.bytes.pointer) + call.source.offset + Int(filter.starts[row]) * stride
    let target = call.target.bytes.pointer + call.target.offset + row * call.target.stride
    var byte = 0
    while byte + 4 * lanes <= count {
      ByteVectors<4>.filterDown(source + byte, stride, filter, row, target + byte)
      byte += 4 * lanes
    }
    while byte + lanes <= count {
      ByteVectors<1>.filterDown(source + byte, stride, filter, row, target + byte)
      byte += lanes
    }
    while byte < count {
      var sum = ResampleFilter.half
      for tap in 0..<filter.taps { sum &+= Int32(source[byte + tap * stride]) &* filter.weight(row, tap) }
      target[byte] = roundedDown(sum)
      byte += 1
    }
  }
}

/// Vectors of neighbouring bytes; channels do not matter here.
private enum ByteVectors<let count: Int> {
  @inline(__always)
  static func filterDown(_ source: Bytes, _ stride: Int, _ filter: Filter, _ row: Int, _ target: MutableBytes) {
    var sums = InlineArray<count, Integers>(repeating: allInteger(ResampleFilter.half))
    for tap in 0..<filter.taps {
      let weight = allInteger(filter.weight(row, tap))
      for vector in 0..<count {
        let bytes = vector_load_bytes(source + tap * stride + vector * lanes)
        sums[vector] = sums[vector] &+ vector_multiply_byte(bytes, weight)
      }
    }
    for vector in 0..<count { vector_store_rounded_down(sums[vector], target + vector * lanes) }
  }
}

@inline(__always)
private func roundedDown(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(sum &>> Int32(ResampleFilter.precision), 255)))
}
