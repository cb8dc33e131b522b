/// A part of the plane of inputs x and outputs y: a range of each, half open, or all.
public struct PairRegion: Sendable, Hashable, Codable {
  /// The inputs.
  public var x: ValueRange
  /// The outputs.
  public var y: ValueRange

  /// A region; the whole plane by default.
  public init(x: ValueRange = .all, y: ValueRange = .all) {
    self.x = x
    self.y = y
  }
}

/// Finite numbers v with `lower <= v < upper`; an end that is nil is open.
///
/// The ends are 32-bit floats, as activations are, so that an end read from text means the float next to it.
public struct ValueRange: Sendable, Hashable, Codable {
  /// The smallest number; nil for none.
  public let lower: Float?
  /// What all numbers lie below; nil for none.
  public let upper: Float?

  /// Every finite number.
  public static let all = ValueRange()

  private init() { (lower, upper) = (nil, nil) }

  /// A range; nil for one that holds nothing or has an end that is not finite.
  public init?(lower: Float?, upper: Float?) {
    guard lower?.isFinite ?? true, upper?.isFinite ?? true else { return nil }
    if let lower, let upper, lower >= upper { return nil }
    self.lower = lower
    self.upper = upper
  }

  private enum Key: CodingKey { case lower, upper }

  /// Reads both ends; refuses what no range can be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let lower = try container.decodeIfPresent(Float.self, forKey: .lower)
    let upper = try container.decodeIfPresent(Float.self, forKey: .upper)
    guard let range = ValueRange(lower: lower, upper: upper) else { throw decoder.corrupted("a range without numbers") }
    self = range
  }

  /// Both ends as numbers, so that `least <= v && v < end` holds for finite v of the range alone.
  var bounds: (least: Float, end: Float) { (lower ?? -.greatestFiniteMagnitude, upper ?? .infinity) }
}
