import Tensors

/// The image: the first node of a graph.
package struct ImageInput: Operator {
  /// Its shape.
  package let shape: FeatureShape

  package init(shape: FeatureShape) { self.shape = shape }

  package var arity: ClosedRange<Int> { 0...0 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    try .checked(height: shape.height, width: shape.width, channels: shape.channels, node: node)
  }
}
