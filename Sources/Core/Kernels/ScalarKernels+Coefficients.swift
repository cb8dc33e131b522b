import KernelInterface

extension ScalarKernels {
  static func addCoefficients(_ call: CoefficientCall) -> CoefficientResult? {
    let channels = Array(call.channels)
    func values(_ channel: Int) -> (slopes: [Float], intercepts: [Float]) {
      let places = (0..<call.functions).map { $0 * call.stride + channel }
      return (places.map { call.slopes[$0] }, places.map { call.intercepts[$0] })
    }
    let isUsable = channels.allSatisfy { channel in
      let found = values(channel)
      return (found.slopes + found.intercepts).allSatisfy { abs($0) < CoefficientCall.limit }
    }
    guard isUsable else { return nil }
    for (index, channel) in channels.enumerated() {
      let found = values(channel)
      call.differences[index] = (found.slopes.max() ?? 0) - (found.slopes.min() ?? 0)
      let outputs = zip(found.slopes, found.intercepts).prefix(call.outputFunctions).map { 0.5 * $0 + $1 }
      call.outputs[index] = min(outputs.max() ?? 0, call.upperBound)
      for (series, value) in (found.slopes + found.intercepts).enumerated() {
        add(value, call, at: series * CoefficientCall.rowsPerSeries * call.rowLength + channel)
      }
    }
    return CoefficientResult(
      slopeOutsideUnit: channels.count { values($0).slopes.contains { $0 < 0 || $0 > 1 } },
      largeIntercept: channels.count { values($0).intercepts.contains { abs($0) > CoefficientCall.largeIntercept } })
  }

  private static func add(_ value: Float, _ call: CoefficientCall, at place: Int) {
    let units = units(value)
    call.sums[place] &+= UInt64(bitPattern: units)
    let squares = call.sums[place + call.rowLength].addingReportingOverflow(units.magnitude * units.magnitude)
    call.sums[place + call.rowLength] = squares.partialValue
    if squares.overflow { call.sums[place + 2 * call.rowLength] += 1 }
  }

  static func addToHistogram(_ call: HistogramCall) -> HistogramResult {
    let values = call.values.array
    var result = HistogramResult(
      counted: false, smallest: values.min() ?? .infinity, largest: values.max() ?? -.infinity)
    let bins = values.map { call.origin + Int(units($0) >> Int64(call.shift)) }
    guard bins.allSatisfy((0..<HistogramCall.bins).contains) else { return result }
    for bin in bins { call.counts[bin] += 1 }
    let squares = values.reduce(UInt128(0)) { $0 + UInt128(units($1).magnitude) * UInt128(units($1).magnitude) }
    result.counted = true
    result.sum = UInt64(bitPattern: values.reduce(0) { $0 + units($1) })
    result.squares = UInt64(truncatingIfNeeded: squares)
    result.squaresCarry = UInt64(truncatingIfNeeded: squares >> 64)
    return result
  }

  /// `value` in units of 2^-24, rounded to the nearest, ties to even.
  private static func units(_ value: Float) -> Int64 { Int64((Double(value) * 0x1p24).rounded(.toNearestOrEven)) }
}
