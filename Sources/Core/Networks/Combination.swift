import Functions
import Tensors

/// Two maps combined element by element. An extent of 1 in either stands for all of the other's: a vector, one channel,
/// one row or one column.
public struct Combination: Sendable, Equatable {
  /// What becomes of two values.
  public let function: BinaryFunction

  /// What a file may ask for: the largest of maps is an activation, Maxout.
  package static let functions = BinaryFunction.allCases.filter { $0 != .maximum }

  package init(_ function: BinaryFunction) { self.function = function }
}

extension Combination: Operator {
  package var arity: ClosedRange<Int> { 2...2 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard Self.functions.contains(function) else {
      throw GraphError(node: node, problem: "takes the largest of two maps, which is an activation, Maxout")
    }
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

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int {
    function == .multiply ? output.count : 0
  }
}
