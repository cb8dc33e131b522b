import Tensors

/// An axis of a map.
public enum MapAxis: String, Sendable, Equatable, CaseIterable {
  /// From one row to the next.
  case rows
  /// From one column to the next.
  case columns
  /// From one channel to the next.
  case channels
}

/// Maps behind each other along one axis; the other two extents are equal.
package struct Concatenation: Operator {
  /// Along which axis.
  package let axis: MapAxis

  package init(axis: MapAxis) { self.axis = axis }

  package var arity: ClosedRange<Int> { 1...64 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    var shape = inputs[0]
    for input in inputs.dropFirst() {
      let isAlike =
        (axis == .rows || input.height == shape.height) && (axis == .columns || input.width == shape.width)
        && (axis == .channels || input.channels == shape.channels)
      guard isAlike else {
        throw GraphError(
          node: node,
          problem: "joins maps of different sizes: \(inputs.map(\.text).joined(separator: ", "))")
      }
      switch axis {
      case .rows: shape.height += input.height
      case .columns: shape.width += input.width
      case .channels: shape.channels += input.channels
      }
    }
    return try .checked(height: shape.height, width: shape.width, channels: shape.channels, node: node)
  }
}

/// Some of a map's channels.
package struct ChannelSelection: Operator {
  /// Channel i of the result is channel `channels[i]` of the input.
  package let channels: [Int]

  package init(channels: [Int]) { self.channels = channels }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard let last = channels.max(), channels.allSatisfy({ $0 >= 0 }), last < inputs[0].channels else {
      throw GraphError(node: node, problem: "selects channels that its \(inputs[0].text) input does not have")
    }
    return try .checked(height: inputs[0].height, width: inputs[0].width, channels: channels.count, node: node)
  }
}

/// The mean over all positions.
package struct GlobalAveragePool: Operator {
  package init() {}

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    FeatureShape(height: 1, width: 1, channels: inputs[0].channels)
  }
}
