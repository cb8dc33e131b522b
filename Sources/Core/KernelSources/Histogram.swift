import CVector
import KernelInterface
import Tensors

/// A pass for the range, then one that counts.
func addToHistogram(_ call: HistogramCall) -> HistogramResult {
  let (values, count) = (Floats(call.values.pointer), call.values.count)
  let whole = count - count % lanes
  var (low, high) = (all(.infinity), all(-.infinity))
  for index in stride(from: 0, to: whole, by: lanes) {
    low = vector_smaller(low, load(values + index))
    high = vector_larger(high, load(values + index))
  }
  let rest = partial(values + whole, count - whole)
  var result = HistogramResult(counted: false, smallest: .infinity, largest: -.infinity)
  for lane in 0..<lanes {
    let isRest = lane < count - whole
    result.smallest = min(result.smallest, low[lane], isRest ? rest[lane] : .infinity)
    result.largest = max(result.largest, high[lane], isRest ? rest[lane] : -.infinity)
  }
  let (first, last) = (call.bin(of: result.smallest), call.bin(of: result.largest))
  guard first >= 0, last < HistogramCall.bins else { return result }
  var sums = HistogramSums(call)
  for index in stride(from: 0, to: whole, by: lanes) {
    sums.add(vector_units(load(values + index), 0))
    sums.add(vector_units(load(values + index), 1))
  }
  sums.add(rest, count - whole)
  sums.finish(&result)
  return result
}

extension HistogramCall {
  @inline(__always)
  fileprivate func bin(of value: Float) -> Int { origin + Int(vector_units(all(value), 0)[0] >> Int64(shift)) }
}

/// `count` floats, less than a vector, and zeros.
@inline(__always)
private func partial(_ values: Floats, _ count: Int) -> Vector {
  var vector = Vector()
  for lane in 0..<count { vector[lane] = values[lane] }
  return vector
}

/// The histogram and the sums.
private struct HistogramSums {
  let counts: UnsafeMutablePointer<UInt16>
  let shift: Int64
  var sum = vector_longs()
  /// Sums of h * h, h * l and l * l, for magnitudes of 2^16 h + l units: none of them overflows.
  var high = vector_longs()
  var middle = vector_longs()
  var low = vector_longs()

  init(_ call: HistogramCall) {
    counts = call.counts.pointer + call.origin
    shift = Int64(call.shift)
  }

  /// Adds half a vector.
  @inline(__always)
  mutating func add(_ units: vector_longs) {
    addSums(units)
    let bins = vector_shift_right_longs(units, shift)
    for lane in 0..<lanes / 2 { counts[Int(bins[lane])] &+= 1 }
  }

  /// Adds the first `count` lanes; the others hold 0.
  mutating func add(_ values: Vector, _ count: Int) {
    let units = (vector_units(values, 0), vector_units(values, 1))
    addSums(units.0)
    addSums(units.1)
    for lane in 0..<count { counts[Int((lane < lanes / 2 ? units.0 : units.1)[lane % (lanes / 2)] >> shift)] &+= 1 }
  }

  @inline(__always)
  private mutating func addSums(_ units: vector_longs) {
    let magnitude = vector_magnitude_longs(units)
    let (upper, lower) = (vector_shift_right_longs(magnitude, 16), vector_low_sixteen_bits(magnitude))
    sum = vector_add_longs(sum, units)
    high = vector_add_longs(high, vector_multiply_low(upper, upper))
    middle = vector_add_longs(middle, vector_multiply_low(upper, lower))
    low = vector_add_longs(low, vector_multiply_low(lower, lower))
  }

  func finish(_ result: inout HistogramResult) {
    result.counted = true
    result.sum = number(sum)
    result.squares = number(low)
    // 2^32 h * h + 2^17 h * l + l * l.
    for (part, bits) in [(number(middle), UInt64(17)), (number(high), 32)] {
      let (total, overflow) = result.squares.addingReportingOverflow(part << bits)
      result.squares = total
      result.squaresCarry += part >> (64 - bits) + (overflow ? 1 : 0)
    }
  }

  private func number(_ sum: vector_longs) -> UInt64 { UInt64(bitPattern: vector_sum_of_longs(sum)) }
}
