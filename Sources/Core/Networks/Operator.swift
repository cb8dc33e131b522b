import Tensors

/// What an operation knows about itself: a new one is a type that conforms, beside its case of ``Operation``.
package protocol Operator: Sendable {
  /// Inputs that it takes; one unless told.
  var arity: ClosedRange<Int> { get }
  /// The shape of its value for the shapes of as many inputs as it takes.
  ///
  /// - Throws: `GraphError` that names `node` where its own numbers or its inputs are out of range.
  func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape
  /// The tensors that it needs where its first input has the shape `input`, in the order in which PyTorch lists them;
  /// none unless told.
  func weightShapes(input: FeatureShape) -> [WeightShape]
  /// Multiply-adds from a map of shape `input` to one of shape `output`; 0 unless told.
  func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int
  /// Whether the result can take the place of the first input; false unless told.
  var isInPlace: Bool { get }
}

extension Operator {
  package var arity: ClosedRange<Int> { 1...1 }
  package func weightShapes(input: FeatureShape) -> [WeightShape] { [] }
  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int { 0 }
  package var isInPlace: Bool { false }
}

extension FeatureShape {
  /// A shape whose extents and size are those of maps that are accepted.
  package static func checked(
    height: Int, width: Int, channels: Int, node: String
  ) throws(GraphError) -> FeatureShape {
    let allowed = 1...GraphShapes.maximumExtent
    guard allowed.contains(height), allowed.contains(width), allowed.contains(channels),
      height * width <= GraphShapes.maximumElements / FeatureShape.padded(channels)
    else {
      throw GraphError(
        node: node, problem: "its shape would be \(height)x\(width)x\(channels) (height, width, channels)")
    }
    return FeatureShape(height: height, width: width, channels: channels)
  }
}
