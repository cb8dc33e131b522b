import KernelInterface
import Networks

/// Slopes, intercepts and |a1 - a2| of one site over the images, for each coefficient channel; merges exactly.
///
/// As in ``CoefficientStatistics``, a function with a coefficient that is not finite or of magnitude 256 and more is
/// left out.
public struct ChannelLines: Sendable, Equatable {
  /// K; 0 for an activation without coefficients, of which nothing is ever seen here.
  public let segments: Int
  /// Channels with coefficients of their own; 1 where all share.
  public let channels: Int
  /// Functions in the statistics, by channel.
  public private(set) var functions: [UInt64]
  /// `[2 K + 1][channels]`: slopes, intercepts, differences of the largest and the smallest slope.
  private var sums: [FixedPointSums]

  /// Nothing seen.
  init(_ site: ActivationSite) {
    segments = site.activation.hasCoefficients ? site.activation.functions : 0
    channels = site.coefficientChannels
    functions = Array(repeating: 0, count: channels)
    sums = Array(repeating: FixedPointSums(), count: (2 * segments + 1) * channels)
  }

  /// Adds one image's coefficients.
  mutating func add(_ coefficients: ActivationCoefficients) {
    precondition(coefficients.functions == segments && coefficients.channels == channels, "another site's coefficients")
    for channel in 0..<channels where coefficients.isUsable(channel) {
      functions[channel] += 1
      var (smallest, largest) = (Float.infinity, -Float.infinity)
      for segment in 0..<segments {
        let place = segment * coefficients.stride + channel
        let slope = coefficients.slopes[place]
        sums[segment * channels + channel].add(slope)
        sums[(segments + segment) * channels + channel].add(coefficients.intercepts[place])
        (smallest, largest) = (min(smallest, slope), max(largest, slope))
      }
      sums[2 * segments * channels + channel].add(largest - smallest)
    }
  }

  /// Adds other images' coefficients.
  mutating func merge(_ other: ChannelLines) {
    for channel in functions.indices { functions[channel] += other.functions[channel] }
    for index in sums.indices { sums[index].merge(other.sums[index]) }
  }

  /// Whether another one is of the same site.
  func fits(_ other: ChannelLines) -> Bool { segments == other.segments && channels == other.channels }

  /// Mean and population deviation of slope a_k over one channel's images; nil without images.
  public func slope(segment: Int, channel: Int) -> (mean: Double, deviation: Double)? { moments(segment, channel) }

  /// The same of intercept b_k.
  public func intercept(segment: Int, channel: Int) -> (mean: Double, deviation: Double)? {
    moments(segments + segment, channel)
  }

  /// The same of |a1 - a2|, the largest minus the smallest slope for K > 2; nil for K < 2.
  public func slopeDifference(channel: Int) -> (mean: Double, deviation: Double)? {
    segments < 2 ? nil : moments(2 * segments, channel)
  }

  private func moments(_ row: Int, _ channel: Int) -> (mean: Double, deviation: Double)? {
    sums[row * channels + channel].moments(count: Int(functions[channel]))
  }
}

extension ChannelLines: Codable {
  private enum Key: CodingKey { case segments, channels, functions, sums }

  /// Reads sums; refuses what none can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    segments = try container.decode(Int.self, forKey: .segments)
    channels = try container.decode(Int.self, forKey: .channels)
    functions = try container.decode(PackedCounts.self, forKey: .functions).values
    sums = try container.decode(PackedSums.self, forKey: .sums).sums
    guard (0...16).contains(segments), (1...1 << 24).contains(channels), functions.count == channels,
      sums.count == (2 * segments + 1) * channels, functions.allSatisfy({ $0 < 1 << 48 })
    else { throw decoder.corrupted("\(sums.count) sums of \(segments) functions in \(channels) channels") }
  }

  /// Writes the sums.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(segments, forKey: .segments)
    try container.encode(channels, forKey: .channels)
    try container.encode(PackedCounts(functions), forKey: .functions)
    try container.encode(PackedSums(sums), forKey: .sums)
  }
}

extension ActivationCoefficients {
  /// Whether all of a channel's slopes and intercepts are finite and small enough for the sums.
  func isUsable(_ channel: Int) -> Bool {
    (0..<functions).allSatisfy { function in
      let place = function * stride + channel
      return abs(slopes[place]) < CoefficientCall.limit && abs(intercepts[place]) < CoefficientCall.limit
    }
  }
}

extension FixedPointSums {
  /// Adds a number.
  mutating func add(_ value: Float) {
    let units = Int128(FixedPoint.units(value))
    sum &+= units
    squares &+= units &* units
  }
}
