import Tensors

/// The sum or the product of two maps; the second may be a vector or have one channel.
package struct Combination: Operator {
  /// What becomes of two values.
  package enum Kind: Sendable {
    case sum, product
  }

  /// What becomes of two values.
  package let kind: Kind

  package init(kind: Kind) { self.kind = kind }

  package var arity: ClosedRange<Int> { 2...2 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let isAlike = inputs[0].height == inputs[1].height && inputs[0].width == inputs[1].width
    guard isAlike || inputs[1].positions == 1,
      inputs[1].channels == inputs[0].channels || isAlike && inputs[1].channels == 1
    else {
      throw GraphError(
        node: node,
        problem:
          "takes two maps of one shape, or a vector or one channel second, not \(inputs[0].text) and \(inputs[1].text)"
      )
    }
    return inputs[0]
  }

  package func multiplyAdds(input: FeatureShape, output: FeatureShape) -> Int { kind == .product ? output.count : 0 }
}

/// Maps of one height and width behind each other, along the channels.
package struct Concatenation: Operator {
  package init() {}

  package var arity: ClosedRange<Int> { 1...64 }

  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    guard inputs.allSatisfy({ $0.height == inputs[0].height && $0.width == inputs[0].width }) else {
      throw GraphError(
        node: node, problem: "joins maps of different sizes: \(inputs.map(\.text).joined(separator: ", "))")
    }
    return try .checked(
      height: inputs[0].height, width: inputs[0].width, channels: inputs.reduce(0) { $0 + $1.channels }, node: node)
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
