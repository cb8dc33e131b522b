/// By what pairs (x, y) are extreme.
public enum ExtremeOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// The largest |y - relu(x)|, in single precision: farthest from what a static ReLU does.
  case gain
  /// The largest output y.
  case largest
  /// The smallest output y.
  case smallest

  /// Larger for a pair that is more extreme; less than that of any finite pair where one of the two is not finite.
  func key(_ x: Float, _ y: Float) -> Int32 {
    switch self {
    case .gain: Gain.key(x, y)
    case .largest: Largest.key(x, y)
    case .smallest: Smallest.key(x, y)
    }
  }

  /// The most extreme key of a row of pairs.
  func largestKey(_ x: Span<Float>, _ y: Span<Float>) -> Int32 {
    switch self {
    case .gain: Gain.largestKey(x, y)
    case .largest: Largest.largestKey(x, y)
    case .smallest: Smallest.largestKey(x, y)
    }
  }

  /// The key of a pair that is in no order.
  static let none = Int32.min
}

/// An order's number, a type each, so that rows are looked at without a choice for each pair.
private protocol PairOrder {
  static func value(_ x: Float, _ y: Float) -> Float
}

private enum Gain: PairOrder {
  static func value(_ x: Float, _ y: Float) -> Float { (y - (x > 0 ? x : 0)).magnitude }
}

private enum Largest: PairOrder {
  static func value(_ x: Float, _ y: Float) -> Float { y }
}

private enum Smallest: PairOrder {
  static func value(_ x: Float, _ y: Float) -> Float { -y }
}

extension PairOrder {
  /// The number as an integer that is larger for a larger number: unlike floats, integers have a maximum whose order
  /// does not matter. Both zeros are one.
  @inline(__always) fileprivate static func key(_ x: Float, _ y: Float) -> Int32 {
    let bits = Int32(bitPattern: (value(x, y) + 0).bitPattern)
    let key = bits ^ ((bits >> 31) & Int32.max)
    let isFinite = (x.magnitude < .infinity ? 1 : 0) & (y.magnitude < .infinity ? 1 : 0)
    return isFinite == 0 ? ExtremeOrder.none : key
  }

  fileprivate static func largestKey(_ x: Span<Float>, _ y: Span<Float>) -> Int32 {
    precondition(x.count == y.count, "x and y go together")
    var largest = ExtremeOrder.none
    for index in 0..<x.count { largest = max(largest, key(x[index], y[index])) }
    return largest
  }
}
