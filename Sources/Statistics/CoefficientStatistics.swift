import Networks

/// What the slopes and intercepts of one site were, over images and coefficient channels.
///
/// A function whose coefficients are not all finite and below 65536 in magnitude is left out of everything here and counted apart.
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
  private var slopes: [FixedPointSums]
  private var intercepts: [FixedPointSums]
  /// Functions left out, by channel.
  private var leftOut: [Int: Int] = [:]

  /// Nothing seen of an activation with `segments` functions under its maximum.
  init(segments: Int, channels: Int) {
    self.segments = segments
    self.channels = channels
    slopes = Array(repeating: FixedPointSums(), count: segments * channels)
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

  private func moments(_ sums: [FixedPointSums], segment: Int, channel: Int?) -> (mean: Double, deviation: Double)? {
    if let channel { return sums[segment * channels + channel].moments(count: functions(channel: channel)) }
    var whole = FixedPointSums()
    for sum in sums[segment * channels..<(segment + 1) * channels] { whole.merge(sum) }
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
    for index in slopes.indices {
      slopes[index].merge(other.slopes[index])
      intercepts[index].merge(other.intercepts[index])
    }
    leftOut.merge(other.leftOut, uniquingKeysWith: +)
  }
}

extension CoefficientStatistics {
  /// Adds one image's coefficients. `scratch` is room for one float per channel, kept between calls.
  mutating func add(_ coefficients: ActivationCoefficients, scratch: inout [Float]) {
    precondition(
      coefficients.functions == segments && coefficients.channels == channels && coefficients.stride >= channels,
      "coefficients of another site")
    let slopes = coefficients.slopes.array
    let intercepts = coefficients.intercepts.array
    let stride = coefficients.stride
    if scratch.count < channels { scratch = Array(repeating: 0, count: channels) }
    images += 1
    if usable(slopes.span, 0..<channels, stride: stride), usable(intercepts.span, 0..<channels, stride: stride) {
      return add(slopes.span, intercepts.span, 0..<channels, stride: stride, scratch: &scratch)
    }
    for channel in 0..<channels {
      let range = channel..<channel + 1
      if usable(slopes.span, range, stride: stride), usable(intercepts.span, range, stride: stride) {
        add(slopes.span, intercepts.span, range, stride: stride, scratch: &scratch)
      } else {
        unusable += 1
        leftOut[channel, default: 0] += 1
      }
    }
  }

  /// Whether all values of some channels can be summed; false for a NaN.
  private func usable(_ values: Span<Float>, _ range: Range<Int>, stride: Int) -> Bool {
    var usable = true
    for segment in 0..<segments {
      for channel in range where !(abs(values[segment * stride + channel]) < FixedPoint.limit) { usable = false }
    }
    return usable
  }

  /// Adds the functions of some channels, all of them usable.
  private mutating func add(
    _ slopeValues: Span<Float>, _ interceptValues: Span<Float>, _ range: Range<Int>, stride: Int,
    scratch: inout [Float]
  ) {
    sum(slopeValues, range, stride: stride, into: &slopes)
    sum(interceptValues, range, stride: stride, into: &intercepts)
    var differences = scratch.mutableSpan
    var outside: UInt64 = 0
    var large: UInt64 = 0
    for channel in range {
      var low = slopeValues[channel]
      var high = low
      var intercept = abs(interceptValues[channel])
      for segment in 1..<max(1, segments) {
        low = min(low, slopeValues[segment * stride + channel])
        high = max(high, slopeValues[segment * stride + channel])
        intercept = max(intercept, abs(interceptValues[segment * stride + channel]))
      }
      outside += low < 0 || high > 1 ? 1 : 0
      large += intercept > 0.05 ? 1 : 0
      differences[channel - range.lowerBound] = high - low
    }
    slopeOutsideUnit += outside
    largeIntercept += large
    if segments > 1 { slopeDifferences.add(differences.span.extracting(0..<range.count)) }
  }

  private func sum(_ values: Span<Float>, _ range: Range<Int>, stride: Int, into sums: inout [FixedPointSums]) {
    var sums = sums.mutableSpan
    for segment in 0..<segments {
      for channel in range {
        sums[segment * channels + channel].add(FixedPoint.units(values[segment * stride + channel]))
      }
    }
  }
}
