import CVector
import KernelInterface
import Tensors

/// A vector of channels at a time, down all positions, so that most counts stay in registers.
func countChannels(_ call: ChannelPairsCall) {
  for channel in Swift.stride(from: 0, to: call.counts.channelStride, by: lanes) {
    var column = ChannelColumn(call, channel)
    // With two lines, the usual case, one comparison says it all.
    switch call.lines.segments {
    case ...1: column.count(call.rows) { _, _, _ in }
    case 2: column.count(call.rows) { $0.addSecond($1, $2) }
    default: column.count(call.rows) { $0.addLater($1, $2) }
    }
    column.finish()
  }
}

/// Some channels of a ``ChannelPairsCall``, as addresses and numbers alone. What is counted is minus the number of
/// pairs: a mask's lanes are -1.
private struct ChannelColumn {
  let x: Floats
  let y: Floats
  let stride: Int
  let segments: Int
  let slopes: Floats
  let intercepts: Floats
  let usable: Integers
  /// Finite pairs, then the other counts, a stride apart.
  let counts: UnsafeMutablePointer<UInt32>
  /// The smallest outputs, and a stride on the largest.
  let outputs: MutableFloats

  var finite = Integers()
  var negative = Integers()
  var positive = Integers()
  /// Of usable functions.
  var onLines = Integers()
  /// On the second line; on later ones too in the general case.
  var second = Integers()
  var smallest: Vector
  var largest: Vector

  init(_ call: ChannelPairsCall, _ channel: Int) {
    (x, y) = (Floats(call.x.pointer) + channel, Floats(call.y.pointer) + channel)
    stride = call.counts.channelStride
    segments = call.lines.segments
    slopes = Floats(call.lines.slopes.pointer) + channel
    intercepts = Floats(call.lines.intercepts.pointer) + channel
    usable = loadCounts(call.lines.usable.pointer + channel)
    counts = call.counts.pairs.pointer + channel
    outputs = call.counts.outputs.pointer + channel
    (smallest, largest) = (load(Floats(outputs)), load(Floats(outputs + stride)))
  }

  /// Goes down the positions. `addLines` counts on which line those pairs lie that are finite and usable.
  @inline(__always)
  mutating func count(_ rows: Int, _ addLines: (inout ChannelColumn, _ x: Vector, _ counted: Integers) -> Void) {
    for row in 0..<rows {
      let (x, y) = (load(x + row * stride), load(y + row * stride))
      let isFinite = isFinite(x) & isFinite(y)
      finite = finite &+ isFinite
      let isNegative = isFinite & vector_is_less_float(x, Vector())
      negative = negative &+ isNegative
      positive = positive &+ (isNegative & vector_is_less_float(Vector(), y))
      // Adding 0 makes one zero of both.
      let output = vector_bits(y + Vector())
      smallest = vector_smaller(smallest, select(isFinite, output, .infinity))
      largest = vector_larger(largest, select(isFinite, output, -.infinity))
      let counted = isFinite & usable
      onLines = onLines &+ counted
      addLines(&self, x, counted)
    }
  }

  /// The second of two lines.
  @inline(__always)
  mutating func addSecond(_ x: Vector, _ counted: Integers) {
    second = second &+ (counted & vector_is_less_float(value(0, x), value(1, x)))
  }

  /// Every line behind the first, of any number.
  @inline(__always)
  mutating func addLater(_ x: Vector, _ counted: Integers) {
    var (best, line) = (value(0, x), Integers())
    for index in 1..<segments {
      let value = value(index, x)
      let isLarger = vector_is_less_float(best, value)
      best = vector_from_bits(vector_select(isLarger, vector_bits(value), vector_bits(best)))
      line = vector_select(isLarger, allInteger(Int32(truncatingIfNeeded: index)), line)
    }
    for index in 1..<segments {
      let isOn = counted & vector_is_equal(line, allInteger(Int32(truncatingIfNeeded: index)))
      add(isOn, to: 3 + index)
      second = second &+ isOn
    }
  }

  /// Writes what registers hold. Pairs on no later line are on the first.
  @inline(__always)
  func finish() {
    add(finite, to: 0)
    add(negative, to: 1)
    add(positive, to: 2)
    if segments > 0 { add(onLines &- second, to: 3) }
    if segments == 2 { add(second, to: 4) }
    storeVector(smallest, outputs)
    storeVector(largest, outputs + stride)
  }

  /// A line at x: a product, rounded, then a sum.
  @inline(__always)
  private func value(_ index: Int, _ x: Vector) -> Vector {
    load(slopes + index * stride) * x + load(intercepts + index * stride)
  }

  @inline(__always)
  private func add(_ negated: Integers, to row: Int) {
    let place = counts + row * stride
    UnsafeMutableRawPointer(place).storeBytes(of: loadCounts(place) &- negated, as: Integers.self)
  }
}

@inline(__always)
private func loadCounts(_ pointer: UnsafeMutablePointer<UInt32>) -> Integers {
  UnsafeRawPointer(pointer).loadUnaligned(as: Integers.self)
}

/// -1 in lanes that are neither infinite nor NaN.
@inline(__always)
private func isFinite(_ value: Vector) -> Integers {
  vector_is_less(vector_bits(value) & allInteger(.max), allInteger(0x7F80_0000))
}

@inline(__always)
private func select(_ mask: Integers, _ bits: Integers, _ otherwise: Float) -> Vector {
  vector_from_bits(vector_select(mask, bits, vector_bits(all(otherwise))))
}
