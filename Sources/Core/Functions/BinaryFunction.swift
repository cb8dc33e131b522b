/// What becomes of two numbers x and y, as where two maps are combined element by element. The raw value is the model
/// file's word.
///
/// ``value(_:_:)`` is the definition; kernels compute the same, rounded to single precision, a vector at a time.
public enum BinaryFunction: String, Sendable, Equatable, CaseIterable {
  /// x + y.
  case add
  /// x y.
  case multiply
  /// x / y.
  case divide
  /// The smaller; NaN where either is NaN.
  case minimum
  /// The larger; NaN where either is NaN.
  case maximum
  /// 1 where x > y, else 0.
  case greater
  /// 1 where x >= y, else 0.
  case greaterOrEqual = "greater_equal"
  /// x where y is not 0, else 0.
  case keep
  /// x where y is 0, else 0.
  case drop

  /// What becomes of x and y, in double precision.
  public func value(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .multiply: x * y
    case .divide: x / y
    case .minimum: x.isNaN || y.isNaN ? .nan : min(x, y)
    case .maximum: x.isNaN || y.isNaN ? .nan : max(x, y)
    case .greater: x > y ? 1 : 0
    case .greaterOrEqual: x >= y ? 1 : 0
    case .keep: y != 0 ? x : 0
    case .drop: y == 0 ? x : 0
    }
  }
}
