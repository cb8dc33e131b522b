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

extension PiecewiseLinear {
  /// Where its lines cross each other or its bound, in no order: the function is one line between two that are next to
  /// each other. Places where nothing bends may be among them.
  package var bends: [Double] {
    let lines = Array(zip(slopes, intercepts)) + (upperBound.map { [(0, $0)] } ?? [])
    var bends: [Double] = joint == .sign ? [0] : []
    for (index, line) in lines.enumerated() {
      for other in lines[..<index] where other.0 != line.0 { bends.append((line.1 - other.1) / (other.0 - line.0)) }
    }
    return bends.filter(\.isFinite)
  }

  /// The line that gives the value at x.
  package func line(at x: Double) -> (slope: Double, intercept: Double) {
    let lines = Array(zip(slopes, intercepts))
    let line =
      joint == .sign && lines.count > 1
      ? lines[x >= 0 ? 0 : 1] : lines.max { $0.0 * x + $0.1 < $1.0 * x + $1.1 } ?? (0, 0)
    if let upperBound, line.0 * x + line.1 > upperBound { return (0, upperBound) }
    return line
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
