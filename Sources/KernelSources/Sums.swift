import KernelInterface
import Tensors

func rowSums(_ call: RowSumsCall) {
  let (width, stride, period) = (call.shape.width, call.inputStride, call.period)
  for row in 0..<call.shape.height {
    let input = Floats(call.input.pointer) + row * width * stride
    let output = call.output.pointer + row * period * stride
    if stride % blockLanes == 0 {
      wideRowSums(input, width: width, stride: stride, period: period, output)
    } else {
      narrowRowSums(input, width: width, stride: stride, period: period, output)
    }
  }
}

/// Whole vectors of channels.
@inline(__always)
private func wideRowSums(_ input: Floats, width: Int, stride: Int, period: Int, _ output: MutableFloats) {
  for channel in Swift.stride(from: 0, to: stride, by: lanes) {
    for start in 0..<period {
      var sums = (Vector(), Vector())
      var column = start
      while column + period < width {
        sums.0 = sums.0 + load(input + column * stride + channel)
        sums.1 = sums.1 + load(input + (column + period) * stride + channel)
        column += 2 * period
      }
      if column < width { sums.0 = sums.0 + load(input + column * stride + channel) }
      storeVector(sums.0 + sums.1, output + start * stride + channel)
    }
  }
}

/// A map without padding lanes: `period * stride` consecutive floats belong to as many different sums, again and again.
@inline(__always)
private func narrowRowSums(_ input: Floats, width: Int, stride: Int, period: Int, _ output: MutableFloats) {
  let (kinds, count) = (period * stride, width * stride)
  for kind in 0..<kinds { output[kind] = 0 }
  // Lane l of vector v of a block belongs to kind (v * lanes + l) % kinds.
  let block = kinds * lanes
  let whole = count / block * block
  withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes) { buffer in
    let scratch = buffer.baseAddress.unsafelyUnwrapped
    var kind = 0
    for vector in 0..<(whole > 0 ? kinds : 0) {
      var sum = Vector()
      for start in Swift.stride(from: vector * lanes, to: whole, by: block) { sum = sum + load(input + start) }
      storeVector(sum, scratch)
      for lane in 0..<lanes {
        output[kind] += scratch[lane]
        kind = kind + 1 == kinds ? 0 : kind + 1
      }
    }
  }
  for index in whole..<count { output[index % kinds] += input[index] }
}

func windowSums(_ call: WindowSumsCall) {
  let map = WindowSumsMap(call)
  let geometry = call.geometry
  for kernelRow in 0..<geometry.kernel.height {
    let rows = Met(
      first: kernelRow * geometry.dilation.height - geometry.origin.top, step: geometry.stride.height,
      outputs: geometry.outputShape.height, extent: geometry.inputShape.height)
    for kernelColumn in 0..<geometry.kernel.width {
      let columns = Met(
        first: kernelColumn * geometry.dilation.width - geometry.origin.left, step: geometry.stride.width,
        outputs: geometry.outputShape.width, extent: geometry.inputShape.width)
      map.sum(rows, columns, call.output.pointer + (kernelRow * geometry.kernel.width + kernelColumn) * map.stride)
    }
  }
}

/// The indices along one axis that a tap meets: every `step`th of `first...last`; none where last < first.
private struct Met {
  var first: Int
  var last: Int
  let step: Int
  /// All indices of the same remainder: the first of them.
  let start: Int

  init(first: Int, step: Int, outputs: Int, extent: Int) {
    self.step = step
    let skipped = first < 0 ? (-first + step - 1) / step : 0
    self.first = first + skipped * step
    let end = first + (outputs - 1) * step
    last = end < extent ? end : end - (end - extent + step) / step * step
    start = self.first % step
  }
}

/// A ``WindowSumsCall`` as addresses.
private struct WindowSumsMap {
  let input: Floats
  let rowSums: Floats
  let width: Int
  let stride: Int
  let period: Int
  let scale: Float

  init(_ call: WindowSumsCall) {
    input = Floats(call.input.pointer)
    rowSums = Floats(call.rowSums.pointer)
    width = call.geometry.inputShape.width
    stride = call.geometry.inputStride
    period = call.geometry.stride.width
    scale = call.scale
  }

  /// The rows' sums of the columns' class, less the columns that the tap does not meet.
  @inline(__always)
  func sum(_ rows: Met, _ columns: Met, _ output: MutableFloats) {
    guard columns.first <= columns.last else {
      for channel in 0..<stride { output[channel] = 0 }
      return
    }
    let whole = stride / lanes * lanes
    for channel in Swift.stride(from: 0, to: whole, by: lanes) {
      var sums = (Vector(), Vector())
      var row = rows.first
      while row <= rows.last {
        sums.0 = sums.0 + load(rowSums + (row * period + columns.start) * stride + channel)
        forEachMissed(columns) { sums.1 = sums.1 + load(input + (row * width + $0) * stride + channel) }
        row += rows.step
      }
      storeVector((sums.0 - sums.1) * all(scale), output + channel)
    }
    for channel in whole..<stride {
      var sum: Float = 0
      var row = rows.first
      while row <= rows.last {
        sum += rowSums[(row * period + columns.start) * stride + channel]
        forEachMissed(columns) { sum -= input[(row * width + $0) * stride + channel] }
        row += rows.step
      }
      output[channel] = sum * scale
    }
  }

  @inline(__always)
  private func forEachMissed(_ columns: Met, _ body: (Int) -> Void) {
    var column = columns.start
    while column < columns.first {
      body(column)
      column += period
    }
    column = columns.last + period
    while column < width {
      body(column)
      column += period
    }
  }
}
