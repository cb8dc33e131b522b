import Networks
import Statistics

/// What one channel of one site does. What is not known is nil or empty, never 0.
public struct ChannelFigure: Sendable, Equatable {
  /// The channel, from 0.
  public var channel: Int
  /// Functions in the means: images whose coefficients could be used; nil for an activation without coefficients.
  public var functions: Int?
  /// Slopes a_k over the images, K of them.
  public var slopes: [MeanDeviation] = []
  /// Intercepts b_k, likewise.
  public var intercepts: [MeanDeviation] = []
  /// |a1 - a2|; nil for K = 1.
  public var slopeDifference: MeanDeviation?
  /// The share of the inputs on each segment, 0...1.
  public var segmentShares: [Double]
  /// Finite pairs with x < 0, and those of them with y > 0.
  public var positiveFromNegative: ShareFigure
  /// The smallest and the largest output.
  public var outputs: ClosedRange<Double>?
  /// Pairs seen.
  public var pairs: UInt64
  /// Pairs with a NaN or an infinity.
  public var notFinite: UInt64
  /// The kind of function.
  public var kind: FunctionKind?
  /// Root mean square, over the segments, of the slope's standard deviation over the images.
  public var dynamicScore: Double?
  /// η²: the share of the slopes' variance that lies between the classes; nil where that was not asked for, too.
  public var byClass: Double?

  /// A channel of a finding.
  public init(_ finding: ChannelsFinding, channel: Int, classes: SlopeClasses?) {
    let (lines, counts) = (finding.lines, finding.pairs)
    let own = finding.coefficientChannel(of: channel)
    self.channel = channel
    functions = lines.segments == 0 ? nil : Int(lines.functions[own])
    slopes = (0..<lines.segments).compactMap { lines.slope(segment: $0, channel: own).map(MeanDeviation.init) }
    intercepts = (0..<lines.segments).compactMap { lines.intercept(segment: $0, channel: own).map(MeanDeviation.init) }
    slopeDifference = lines.slopeDifference(channel: own).map(MeanDeviation.init)
    segmentShares = counts.segmentShares(channel: channel)
    positiveFromNegative = ShareFigure(part: counts.positiveFromNegative[channel], whole: counts.negative[channel])
    outputs = counts.outputs(channel: channel).map { Double($0.lowerBound)...Double($0.upperBound) }
    pairs = counts.seen[channel]
    notFinite = counts.seen[channel] - counts.finite[channel]
    kind = FunctionKind(slopes: slopes.map(\.mean), shares: segmentShares, outputs: outputs)
    dynamicScore = DynamicScore(slopes.map(\.deviation)).value
    byClass = classes?.share(channel: own)
  }
}
