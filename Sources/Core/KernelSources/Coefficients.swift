import CVector
import KernelInterface
import Tensors

/// Half a vector's numbers in fixed point.
typealias Longs = vector_longs

/// Two passes over the coefficients, which stay in the first cache: one that looks, one that adds.
func addCoefficients(_ call: CoefficientCall) -> CoefficientResult? {
  let sums = CoefficientSums(call)
  var claims = CoefficientClaims()
  for channel in stride(from: 0, to: sums.channels, by: lanes) { claims.add(sums, channel) }
  guard vector_or_of_lanes(claims.unusable) == 0 else { return nil }
  for channel in stride(from: 0, to: sums.channels, by: lanes) { sums.add(channel) }
  return CoefficientResult(
    slopeOutsideUnit: -Int(vector_sum_of_lanes(claims.slopeOutsideUnit)),
    largeIntercept: -Int(vector_sum_of_lanes(claims.largeIntercept)))
}

/// Where a call's coefficients and their sums lie.
private struct CoefficientSums {
  let slopes: Floats
  let intercepts: Floats
  /// The last offset at which a whole vector can be read.
  let lastOffset: Int
  let functions: Int
  let stride: Int
  let channels: Int
  let rows: UnsafeMutablePointer<UInt64>
  let rowLength: Int
  let differences: MutableFloats
  let outputs: MutableFloats
  let outputFunctions: Int
  let upperBound: Float

  init(_ call: CoefficientCall) {
    let first = call.channels.lowerBound
    slopes = Floats(call.slopes.pointer) + first
    intercepts = Floats(call.intercepts.pointer) + first
    lastOffset = min(call.slopes.count, call.intercepts.count) - first - lanes
    functions = call.functions
    stride = call.stride
    channels = call.channels.upperBound - call.channels.lowerBound
    rows = call.sums.pointer + first
    rowLength = call.rowLength
    differences = call.differences.pointer
    outputs = call.outputs.pointer
    outputFunctions = call.outputFunctions
    upperBound = call.upperBound
  }

  /// A function's coefficients from a channel on; zeros where there are no channels.
  @inline(__always)
  func load(_ values: Floats, _ function: Int, _ channel: Int) -> Vector {
    let (offset, count) = (function * stride + channel, channels - channel)
    if count >= lanes { return vectorAt(values + offset) }
    if offset <= lastOffset { return firstLanes(vectorAt(values + offset), count) }
    var vector = Vector()
    for lane in 0..<count { vector[lane] = values[offset + lane] }
    return vector
  }

  /// Adds the coefficients of a vector's channels.
  @inline(__always)
  func add(_ channel: Int) {
    for function in 0..<functions {
      add(load(slopes, function, channel), to: function, channel)
      add(load(intercepts, function, channel), to: functions + function, channel)
    }
  }

  @inline(__always)
  private func add(_ values: Vector, to series: Int, _ channel: Int) {
    let row = rows + series * CoefficientCall.rowsPerSeries * rowLength + channel
    add(vector_units(values, 0), row)
    add(vector_units(values, 1), row + lanes / 2)
  }

  @inline(__always)
  private func add(_ units: Longs, _ row: UnsafeMutablePointer<UInt64>) {
    store(vector_add_longs(loadLongs(row), units), row)
    let magnitude = vector_magnitude_longs(units)
    let square = vector_multiply_low(magnitude, magnitude)
    let squares = vector_add_longs(loadLongs(row + rowLength), square)
    store(squares, row + rowLength)
    let carries = vector_is_below(squares, square)
    if vector_or_of_longs(carries) != 0 { carry(carries, row + 2 * rowLength) }
  }

  /// Adds the 1 that an overflow is worth; hardly ever needed.
  @inline(never)
  private func carry(_ carries: Longs, _ row: UnsafeMutablePointer<UInt64>) {
    for lane in 0..<lanes / 2 { row[lane] &-= UInt64(bitPattern: carries[lane]) }
  }
}

/// What the first pass finds, lane by lane.
private struct CoefficientClaims {
  var unusable = Integers()
  /// Minus the numbers of channels.
  var slopeOutsideUnit = Integers()
  var largeIntercept = Integers()

  @inline(__always)
  mutating func add(_ sums: CoefficientSums, _ channel: Int) {
    var intercept = Vector()
    var (low, high) = (all(.infinity), all(-.infinity))
    var output = all(-.infinity)
    for function in 0..<sums.functions {
      let slope = sums.load(sums.slopes, function, channel)
      let signed = sums.load(sums.intercepts, function, channel)
      let other = magnitude(signed)
      if function < sums.outputFunctions { output = vector_larger(output, all(0.5) * slope + signed) }
      // Written so that a NaN is unusable.
      let usable = vector_is_less_float(magnitude(slope), all(CoefficientCall.limit))
      unusable = unusable | ((usable & vector_is_less_float(other, all(CoefficientCall.limit))) ^ allInteger(-1))
      low = vector_smaller(low, slope)
      high = vector_larger(high, slope)
      intercept = vector_larger(intercept, other)
    }
    let outside = vector_is_less_float(low, Vector()) | vector_is_less_float(all(1), high)
    slopeOutsideUnit = slopeOutsideUnit &+ outside
    largeIntercept = largeIntercept &+ vector_is_less_float(all(CoefficientCall.largeIntercept), intercept)
    storeVector(high - low, sums.differences + channel)
    storeVector(vector_smaller(output, all(sums.upperBound)), sums.outputs + channel)
  }

  @inline(__always)
  private func magnitude(_ vector: Vector) -> Vector { vector_from_bits(vector_bits(vector) & allInteger(.max)) }
}

@inline(__always)
private func loadLongs(_ pointer: UnsafeMutablePointer<UInt64>) -> Longs {
  UnsafeRawPointer(pointer).loadUnaligned(as: Longs.self)
}

@inline(__always)
private func store(_ values: Longs, _ pointer: UnsafeMutablePointer<UInt64>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: Longs.self)
}

@inline(__always)
private func vectorAt(_ pointer: Floats) -> Vector { load(pointer) }
