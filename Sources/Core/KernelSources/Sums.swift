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
private func narrowRowSums(_ input: Floats, width: Int, stride: Int, period: Int, _ output: MutableFloats) {
  let (kinds, count) = (period * stride, width * stride)
  for kind in 0..<kinds { output[kind] = 0 }
  var start = 0
  switch kinds {
  case 1: NarrowSums<1>.add(input, count, &start, output)
  case 2: NarrowSums<2>.add(input, count, &start, output)
  case 3: NarrowSums<3>.add(input, count, &start, output)
  case 6: NarrowSums<6>.add(input, count, &start, output)
  default: break
  }
  // A whole number of blocks was added, so the next float is of kind 0 again.
  for index in start..<count { output[(index - start) % kinds] += input[index] }
}

/// Sums of a number of kinds that the compiler knows, taken in memory's order.
private enum NarrowSums<let kinds: Int> {
  /// Adds all blocks of `kinds` vectors and moves `start` behind them.
  @inline(never)
  static func add(_ input: Floats, _ count: Int, _ start: inout Int, _ output: MutableFloats) {
    var sums = InlineArray<kinds, Vector>(repeating: Vector())
    let block = kinds * lanes
    while start + block <= count {
      for vector in 0..<kinds { sums[vector] = sums[vector] + load(input + start + vector * lanes) }
      start += block
    }
    // Lane l of vector v of a block belongs to kind (v * lanes + l) % kinds.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: kinds * lanes) { buffer in
      let scratch = buffer.baseAddress.unsafelyUnwrapped
      for vector in 0..<kinds { storeVector(sums[vector], scratch + vector * lanes) }
      spread(Floats(scratch), count: kinds * lanes, kinds: kinds, output)
    }
  }
}

/// Adds value i to kind `i % kinds`.
@inline(never)
private func spread(_ values: Floats, count: Int, kinds: Int, _ output: MutableFloats) {
  var kind = 0
  for index in 0..<count {
    output[kind] += values[index]
    kind = kind + 1 == kinds ? 0 : kind + 1
  }
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
    var channel = 0
    while channel + 3 * lanes <= whole {
      WindowSum<3>.run(self, rows, columns, channel, output)
      channel += 3 * lanes
    }
    while channel < whole {
      WindowSum<1>.run(self, rows, columns, channel, output)
      channel += lanes
    }
    for channel in whole..<stride { output[channel] = narrowSum(rows, columns, channel) * scale }
  }

  private func narrowSum(_ rows: Met, _ columns: Met, _ channel: Int) -> Float {
    var sum: Float = 0
    var row = rows.first
    while row <= rows.last {
      sum += rowSums[(row * period + columns.start) * stride + channel]
      forEachMissed(columns) { sum -= input[(row * width + $0) * stride + channel] }
      row += rows.step
    }
    return sum
  }

  /// Columns of the class that lie before the first or behind the last that the tap meets.
  @inline(__always)
  fileprivate func forEachMissed(_ columns: Met, _ body: (Int) -> Void) {
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

/// `vectors` vectors of channels at once.
private enum WindowSum<let vectors: Int> {
  @inline(__always)
  static func run(_ map: WindowSumsMap, _ rows: Met, _ columns: Met, _ channel: Int, _ output: MutableFloats) {
    var sums = InlineArray<vectors, Vector>(repeating: Vector())
    let rowStride = map.width * map.stride
    let step = rows.step * map.period * map.stride
    var kept = map.rowSums + (rows.first * map.period + columns.start) * map.stride + channel
    for _ in Swift.stride(from: rows.first, through: rows.last, by: rows.step) {
      for vector in 0..<vectors { sums[vector] = sums[vector] + load(kept + vector * lanes) }
      kept += step
    }
    map.forEachMissed(columns) { column in
      var missed = map.input + rows.first * rowStride + column * map.stride + channel
      for _ in Swift.stride(from: rows.first, through: rows.last, by: rows.step) {
        for vector in 0..<vectors { sums[vector] = sums[vector] - load(missed + vector * lanes) }
        missed += rows.step * rowStride
      }
    }
    for vector in 0..<vectors { storeVector(sums[vector] * all(map.scale), output + channel + vector * lanes) }
  }
}
