import Networks
import Statistics

/// A function of one number made of straight lines, f(x) = max_k(a_k x + b_k), equation (1), in double precision.
public struct PiecewiseLinear: Sendable, Equatable {
  /// How the lines make one function.
  public enum Joint: Sendable, Equatable {
    /// The largest line is the function.
    case largest
    /// A PReLU's: the first line from 0 up, the second below, even where that is the smaller one.
    case sign
  }

  /// Slopes a_k, at least one.
  public let slopes: [Double]
  /// Intercepts b_k, as many.
  public let intercepts: [Double]
  /// How the lines are joined.
  public let joint: Joint
  /// The largest value, 6 for ReLU6; nil without a bound.
  public let upperBound: Double?

  /// A function of some lines; nil for none.
  public init?(slopes: [Double], intercepts: [Double], joint: Joint = .largest, upperBound: Double? = nil) {
    guard !slopes.isEmpty, slopes.count == intercepts.count else { return nil }
    self.slopes = slopes
    self.intercepts = intercepts
    self.joint = joint
    self.upperBound = upperBound
  }

  /// The function that an activation makes of some lines, before any attention; nil for none.
  package init?(slopes: [Double], intercepts: [Double], of activation: Activation) {
    self.init(
      slopes: slopes, intercepts: intercepts, joint: activation.isParametric ? .sign : .largest,
      upperBound: activation.upperBound.map(Double.init))
  }

  /// The value at x.
  public func callAsFunction(_ x: Double) -> Double {
    let lines = zip(slopes, intercepts).map { $0 * x + $1 }
    let value = joint == .sign && lines.count > 1 ? lines[x >= 0 ? 0 : 1] : lines.max() ?? 0
    return upperBound.map { min($0, value) } ?? value
  }
}

extension ChannelFigure {
  /// The function of the channel's mean slopes and intercepts: what the channel does to every image where the
  /// activation is frozen at the mean. Before any attention; nil where there are no slopes.
  public func meanFunction(of activation: Activation) -> PiecewiseLinear? {
    PiecewiseLinear(slopes: slopes.map(\.mean), intercepts: intercepts.map(\.mean), of: activation)
  }
}

extension ImageFunctions {
  /// A channel's function, before any attention; nil for an activation without coefficients.
  public func function(channel: Int, of activation: Activation) -> PiecewiseLinear? {
    PiecewiseLinear(
      slopes: (0..<segments).map { Double(slope(segment: $0, channel: channel)) },
      intercepts: (0..<segments).map { Double(intercept(segment: $0, channel: channel)) }, of: activation)
  }
}

extension CoefficientStatistics {
  /// The function of a channel's mean slopes and intercepts; nil where there are none.
  package func meanFunction(channel: Int, of activation: Activation) -> PiecewiseLinear? {
    let lines = (0..<segments).compactMap { segment in
      slope(segment: segment, channel: channel).flatMap { slope in
        intercept(segment: segment, channel: channel).map { (slope.mean, $0.mean) }
      }
    }
    guard lines.count == segments else { return nil }
    return PiecewiseLinear(slopes: lines.map(\.0), intercepts: lines.map(\.1), of: activation)
  }
}
