/// What kind of function a channel has, read off its mean slopes and off where its inputs lie.
///
/// f(x) = max_k(a_k x + b_k) rises from its smallest slope to its largest. Of the mean slopes those count whose segment
/// gives at least 1 % of the channel's outputs (``leastShare``); the smallest of them is *left*, the largest *right*. A
/// slope within ±0.05 (``flatness``) is flat. The first rule that holds decides, and one always does:
///
/// | kind | rule |
/// |---|---|
/// | ``dead`` | all outputs of the channel are equal |
/// | ``flat`` | left and right are both flat |
/// | ``linear`` | right - left is less than 0.1 (``bend``): one line, as far as it is used |
/// | ``valley`` (V) | left below -0.05, right above 0.05 |
/// | ``inverted`` | left below -0.05: positive inputs give nothing or less |
/// | ``leaky`` | left above 0.05 |
/// | ``rectifier`` (ReLU-like) | left is flat, right within 1 ± 0.1 (``unity``) |
/// | ``scaled`` | left is flat, right is another slope |
///
/// Intercepts move the bend and the outputs; they do not change the kind. Nor do an attention or a bound.
public enum FunctionKind: String, Sendable, CaseIterable {
  case dead
  case flat
  case linear
  case valley = "V"
  case inverted
  case leaky
  case rectifier = "ReLU-like"
  case scaled

  /// The least share of the inputs on a segment that counts.
  public static let leastShare = 0.01
  /// The largest |slope| that is flat.
  public static let flatness = 0.05
  /// The least difference of slopes that is a bend.
  public static let bend = 0.1
  /// How far from 1 a ReLU's slope may be.
  public static let unity = 0.1

  /// The kind of a channel's function; nil where that cannot be said: no outputs, or no slopes.
  ///
  /// - Parameters:
  ///   - slopes: The mean slopes, K of them; empty where there are none.
  ///   - shares: The share of the inputs on each segment, 0...1; empty where nothing is known.
  ///   - outputs: The smallest and the largest output; nil without one.
  public init?(slopes: [Double], shares: [Double], outputs: ClosedRange<Double>?) {
    guard let outputs else { return nil }
    if outputs.lowerBound == outputs.upperBound {
      self = .dead
      return
    }
    let used = zip(slopes, shares).filter { $0.1 >= Self.leastShare }.map(\.0)
    guard let left = used.min(), let right = used.max() else { return nil }
    self = Self.kind(left: left, right: right)
  }

  private static func kind(left: Double, right: Double) -> FunctionKind {
    if abs(left) <= flatness, abs(right) <= flatness { return .flat }
    if right - left < bend { return .linear }
    if left < -flatness { return right > flatness ? .valley : .inverted }
    if left > flatness { return .leaky }
    return abs(right - 1) <= unity ? .rectifier : .scaled
  }
}
