import Networks

/// What the slopes and intercepts of one site were, over images and coefficient channels.
///
/// A function whose coefficients are not all finite and below 256 in magnitude is left out of everything here and counted apart.
public struct CoefficientStatistics: Sendable, Equatable {
  /// K.
  public let segments: Int
  /// Channels with coefficients of their own.
  public let channels: Int
  /// Images seen.
  public private(set) var images = 0
  /// Functions (one for each image and channel) left out.
  public private(set) var unusable = 0
  /// Functions with a slope below 0 or above 1.
  public private(set) var slopeOutsideUnit: UInt64 = 0
  /// Functions with an |intercept| above 0.05.
  public private(set) var largeIntercept: UInt64 = 0
  /// |a1 - a2|; empty for K = 1.
  public private(set) var slopeDifferences = SlopeDifferences()

  /// `[segment * channels + channel]`.
  private var slopes: FixedPointSeries
  private var intercepts: FixedPointSeries
  /// Functions left out, by channel.
  private var leftOut: [Int: Int] = [:]

  /// Nothing seen of an activation with `segments` functions under its maximum.
  init(segments: Int, channels: Int) {
    self.segments = segments
    self.channels = channels
    slopes = FixedPointSeries(count: segments * channels)
    intercepts = slopes
  }

  /// Functions in the statistics.
  public var functions: Int { images * channels - unusable }

  /// Functions of one channel in the statistics.
  public func functions(channel: Int) -> Int { images - (leftOut[channel] ?? 0) }

  /// Mean and deviation of slope a_k over one channel's images, or over all channels for nil; nil without images.
  public func slope(segment: Int, channel: Int? = nil) -> (mean: Double, deviation: Double)? {
    moments(slopes, segment: segment, channel: channel)
  }

  /// Mean and deviation of intercept b_k, likewise.
  public func intercept(segment: Int, channel: Int? = nil) -> (mean: Double, deviation: Double)? {
    moments(intercepts, segment: segment, channel: channel)
  }

  private func moments(_ sums: FixedPointSeries, segment: Int, channel: Int?) -> (mean: Double, deviation: Double)? {
    if let channel { return sums[segment * channels + channel].moments(count: functions(channel: channel)) }
    var whole = FixedPointSums()
    for channel in 0..<channels { whole.merge(sums[segment * channels + channel]) }
    return whole.moments(count: functions)
  }

  /// Adds another worker's or run's statistics of the same site.
  mutating func merge(_ other: CoefficientStatistics) {
    precondition(other.segments == segments && other.channels == channels, "statistics of different sites")
    images += other.images
    unusable += other.unusable
    slopeOutsideUnit += other.slopeOutsideUnit
    largeIntercept += other.largeIntercept
    slopeDifferences.merge(other.slopeDifferences)
    slopes.merge(other.slopes)
    intercepts.merge(other.intercepts)
    leftOut.merge(other.leftOut, uniquingKeysWith: +)
  }
}

extension CoefficientStatistics {
  /// Adds one image's coefficients. `scratch` is room for one float per channel, kept between calls.
  mutating func add(_ coefficients: ActivationCoefficients, scratch: inout [Float]) {
    precondition(
      coefficients.functions == segments && coefficients.channels == channels && coefficients.stride >= channels,
      "coefficients of another site")
    if scratch.count < channels { scratch = Array(repeating: 0, count: channels) }
    images += 1
    let stride = coefficients.stride
    coefficients.slopes.withSpan { slopes in
      coefficients.intercepts.withSpan { intercepts in
        if add(slopes, intercepts, 0..<channels, stride: stride, scratch: &scratch) { return }
        for channel in 0..<channels
        where !add(slopes, intercepts, channel..<channel + 1, stride: stride, scratch: &scratch) {
          unusable += 1
          leftOut[channel, default: 0] += 1
        }
      }
    }
  }

  /// Adds the functions of some channels; false, and nothing added, when one of them is unusable.
  private mutating func add(
    _ slopeValues: Span<Float>, _ interceptValues: Span<Float>, _ range: Range<Int>, stride: Int,
    scratch: inout [Float]
  ) -> Bool {
    guard
      let claims = Claims(
        slopeValues, interceptValues, range, segments: segments, stride: stride, differences: &scratch)
    else { return false }
    slopeOutsideUnit += claims.slopeOutsideUnit
    largeIntercept += claims.largeIntercept
    if segments > 1 { slopeDifferences.add(scratch.span.extracting(0..<range.count)) }
    for segment in 0..<segments {
      let row = segment * stride + range.lowerBound..<segment * stride + range.upperBound
      slopes.add(slopeValues.extracting(row), from: segment * channels + range.lowerBound)
      intercepts.add(interceptValues.extracting(row), from: segment * channels + range.lowerBound)
    }
    return true
  }
}

/// The claims of section 5.2 about some functions of one image.
private struct Claims {
  /// Functions with a slope below 0 or above 1.
  var slopeOutsideUnit: UInt64 = 0
  /// Functions with an |intercept| above 0.05.
  var largeIntercept: UInt64 = 0

  /// Examines channels `range` and writes each one's largest minus smallest slope; nil when a coefficient cannot be summed.
  init?(
    _ slopes: Span<Float>, _ intercepts: Span<Float>, _ range: Range<Int>, segments: Int, stride: Int,
    differences: inout [Float]
  ) {
    var differences = differences.mutableSpan
    // Conditions become numbers, not branches: which way they go cannot be predicted. Written so that a NaN is unusable.
    var unusable: UInt64 = 0
    for channel in range {
      var low = slopes[channel]
      var high = low
      var intercept = abs(intercepts[channel])
      unusable |= (abs(low) < FixedPoint.limit ? 0 : 1) | (intercept < FixedPoint.limit ? 0 : 1)
      for segment in 1..<max(1, segments) {
        let slope = slopes[segment * stride + channel]
        let other = abs(intercepts[segment * stride + channel])
        unusable |= (abs(slope) < FixedPoint.limit ? 0 : 1) | (other < FixedPoint.limit ? 0 : 1)
        low = slope < low ? slope : low
        high = slope > high ? slope : high
        intercept = other > intercept ? other : intercept
      }
      slopeOutsideUnit += (low < 0 ? 1 : 0) | (high > 1 ? 1 : 0)
      largeIntercept += intercept > 0.05 ? 1 : 0
      differences[channel - range.lowerBound] = high - low
    }
    guard unusable == 0 else { return nil }
  }
}
