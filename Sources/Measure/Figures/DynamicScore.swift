import Statistics

/// How dynamic slopes are: the root mean square of their standard deviations over the images, 0 for a static
/// activation.
struct DynamicScore {
  private var squares = 0.0
  private var count = 0

  /// The score of some slopes' deviations.
  init(_ deviations: some Sequence<Double> = []) {
    for deviation in deviations { add(deviation) }
  }

  /// Adds a slope's deviation.
  mutating func add(_ deviation: Double) {
    squares += deviation * deviation
    count += 1
  }

  /// The root mean square; nil without slopes.
  var value: Double? { count == 0 ? nil : (squares / Double(count)).squareRoot() }
}

extension DynamicScore {
  /// The score of a site: over all its coefficient channels.
  init(_ coefficients: CoefficientStatistics) {
    for channel in 0..<coefficients.channels {
      for segment in 0..<coefficients.segments {
        if let slope = coefficients.slope(segment: segment, channel: channel) { add(slope.deviation) }
      }
    }
  }
}
