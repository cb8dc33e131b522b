import Tensors

/// Two maps combined element by element. An extent of 1 in either stands for all of the other's: a vector, one channel,
/// one row or one column.
public struct Combination: Sendable, Equatable {
  /// What becomes of two values; the raw value is the model file's word.
  public enum Kind: String, Sendable, Equatable, CaseIterable {
    /// x + y.
    case sum = "add"
    /// x y.
    case product = "multiply"
    /// x / y.
    case quotient = "divide"
    /// The smaller; NaN where either is NaN.
    case minimum
    /// 1 where x > y, else 0.
    case greater
    /// 1 where x >= y, else 0.
    case greaterOrEqual = "greater_equal"
    /// x where y is not 0, else 0.
    case kept = "keep"
    /// x where y is 0, else 0.
    case dropped = "drop"

    /// What becomes of x and y, in double precision.
    package func value(_ x: Double, _ y: Double) -> Double {
      switch self {
      case .sum: x + y
      case .product: x * y
      case .quotient: x / y
      case .minimum: x.isNaN || y.isNaN ? .nan : min(x, y)
      case .greater: x > y ? 1 : 0
      case .greaterOrEqual: x >= y ? 1 : 0
      case .kept: y != 0 ? x : 0
      case .dropped: y == 0 ? x : 0
      }
    }
  }

  /// What becomes of two values.
  public let kind: Kind

  package init(kind: Kind) { self.kind = kind }
}

extension Combination: Operator {
  package var arity: ClosedRange<Int> { 2...2 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    func fits(_ extent: KeyPath<FeatureShape, Int>) -> Bool {
      let (first, second) = (inputs[0][keyPath: extent], inputs[1][keyPath: extent])
      return first == second || first == 1 || second == 1
    }
    guard fits(\.height), fits(\.width), fits(\.channels) else {
      throw GraphError(
        node: node,
        problem: "takes two maps whose extents are equal or 1, not \(inputs[0].text) and \(inputs[1].text)")
    }
    return try .checked(
      height: max(inputs[0].height, inputs[1].height), width: max(inputs[0].width, inputs[1].width),
      channels: max(inputs[0].channels, inputs[1].channels), node: node)
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int { kind == .product ? output.count : 0 }
}
