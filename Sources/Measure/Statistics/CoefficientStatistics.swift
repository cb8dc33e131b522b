import KernelInterface
import Networks

/// What the slopes and intercepts of one site were, over images and coefficient channels.
///
/// A function whose coefficients are not all finite and below 256 in magnitude is left out of everything here and
/// counted apart.
public struct CoefficientStatistics: Sendable, Equatable, Codable {
  /// K; 0 for an activation without coefficients, of which nothing is ever seen here.
  public let segments: Int
  /// Channels with coefficients of their own.
  public let channels: Int
  /// Images seen.
  public private(set) var images = 0
  /// Functions (one for each image and channel) left out.
  public private(set) var unusable = 0
  /// Functions with a slope below 0 or above 1.
  public private(set) var slopeOutsideUnit: UInt64 = 0
  /// Functions with an |intercept| above ``interceptLimit``.
  public private(set) var largeIntercept: UInt64 = 0
  /// |a1 - a2|; empty for K = 1.
  public private(set) var slopeDifferences = ValueDistribution(isSigned: false)
  /// f(0.5): what the function makes of x = 0.5 (a static ReLU: 0.5 always), before any attention; the paper's test of
  /// section 5.2.
  public private(set) var outputsAtHalf = ValueDistribution(isSigned: true)

  /// Above which an |intercept| counts as large: 0.05, as in section 5.2.
  public static let interceptLimit = CoefficientCall.largeIntercept

  /// Most images: sums have 64 bits, and one image adds at most 2^32 units to each.
  static let mostImages = 1 << 31

  private var sums: FixedPointSeries
  /// Functions left out, by channel.
  private var leftOut: [Int: Int] = [:]

  /// Nothing seen of an activation with `segments` functions under its maximum, 0 for one without slopes and
  /// intercepts.
  init(segments: Int, channels: Int) {
    self.segments = segments
    self.channels = channels
    sums = FixedPointSeries(functions: segments, channels: channels)
  }

  /// Whether all parts are of one site and no count is negative: what a decoder must know.
  var isConsistent: Bool {
    // Bounded first: the product of hostile numbers may be none.
    sums.fits(functions: segments, channels: channels) && (0...Self.mostImages).contains(images)
      && (0...images * channels).contains(unusable) && slopeOutsideUnit <= functions && largeIntercept <= functions
      && !slopeDifferences.isSigned && outputsAtHalf.isSigned
      && leftOut.allSatisfy { (0..<channels).contains($0.key) && (0...images).contains($0.value) }
  }

  /// Functions in the statistics.
  public var functions: Int { images * channels - unusable }

  /// Functions of one channel in the statistics.
  public func functions(channel: Int) -> Int { images - (leftOut[channel] ?? 0) }

  /// Mean and deviation of slope a_k over one channel's images, or over all channels for nil; nil without images.
  public func slope(segment: Int, channel: Int? = nil) -> (mean: Double, deviation: Double)? {
    moments(channel) { sums.slope(segment, channel: $0) }
  }

  /// Mean and deviation of intercept b_k, likewise.
  public func intercept(segment: Int, channel: Int? = nil) -> (mean: Double, deviation: Double)? {
    moments(channel) { sums.intercept(segment, channel: $0) }
  }

  private func moments(
    _ channel: Int?, sums: (_ channel: Int) -> FixedPointSums
  ) -> (mean: Double, deviation: Double)? {
    if let channel { return sums(channel).moments(count: functions(channel: channel)) }
    var whole = FixedPointSums()
    for channel in 0..<channels { whole.merge(sums(channel)) }
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
    outputsAtHalf.merge(other.outputsAtHalf)
    sums.merge(other.sums)
    leftOut.merge(other.leftOut, uniquingKeysWith: +)
  }
}

extension CoefficientStatistics {
  /// How a site's functions make f(0.5) of their lines.
  struct Outputs {
    /// The lines of which it is the largest: K, but the first alone in a PReLU.
    let functions: Int
    /// What it does not exceed.
    let upperBound: Float

    init(_ activation: Activation, isParametric: Bool) {
      functions = isParametric ? 1 : activation.functions
      upperBound = activation.upperBound ?? .infinity
    }
  }

  /// Adds one image's coefficients, all but the values of each function, which go to `values`.
  mutating func add(
    _ coefficients: ActivationCoefficients, outputs: Outputs, values: inout FunctionValues,
    with kernel: (CoefficientCall) -> CoefficientResult?
  ) {
    precondition(
      coefficients.functions == segments && coefficients.channels == channels && coefficients.stride >= channels,
      "coefficients of another site")
    precondition(images < Self.mostImages, "more images than the sums of their slopes hold")
    images += 1
    if add(coefficients, 0..<channels, outputs, &values, with: kernel) { return }
    for channel in 0..<channels
    where !add(coefficients, channel..<channel + 1, outputs, &values, with: kernel) {
      unusable += 1
      leftOut[channel, default: 0] += 1
    }
  }

  /// Adds the functions of some channels; false, and nothing added, when one of them is unusable.
  private mutating func add(
    _ coefficients: ActivationCoefficients, _ range: Range<Int>, _ outputs: Outputs,
    _ values: inout FunctionValues, with kernel: (CoefficientCall) -> CoefficientResult?
  ) -> Bool {
    let call = CoefficientCall(
      slopes: coefficients.slopes, intercepts: coefficients.intercepts, functions: segments,
      stride: coefficients.stride, channels: range, sums: sums.exclusive, rowLength: sums.rowLength,
      differences: values.slopeDifferences.free, outputs: values.outputsAtHalf.free,
      outputFunctions: min(outputs.functions, segments), upperBound: outputs.upperBound)
    guard let result = kernel(call) else { return false }
    slopeOutsideUnit += UInt64(result.slopeOutsideUnit)
    largeIntercept += UInt64(result.largeIntercept)
    if segments > 1 { values.slopeDifferences.count += range.count }
    values.outputsAtHalf.count += range.count
    return true
  }

  /// Adds what was put aside to the distributions and empties it.
  mutating func take(_ values: inout FunctionValues, with kernel: (HistogramCall) -> HistogramResult) {
    slopeDifferences.add(values.slopeDifferences.values, with: kernel)
    outputsAtHalf.add(values.outputsAtHalf.values, with: kernel)
    values.slopeDifferences.count = 0
    values.outputsAtHalf.count = 0
  }
}
