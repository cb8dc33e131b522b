import Tensors

/// What a softmax makes shares of: in each set of elements, `y = exp(x) / sum of exp(x)`.
public enum SoftmaxAxis: Sendable, Equatable {
  /// All positions of a channel.
  case positions
  /// The channels of a position that stand at the same place of so many equal parts of the channels, which lie behind
  /// each other: `parts` shares that sum to 1 for each place. Nil for as many parts as channels: all channels.
  case channels(parts: Int?)

  /// Parts of a map with so many channels; 1 where shares are of positions.
  package func parts(of channels: Int) -> Int {
    switch self {
    case .positions: 1
    case .channels(let parts): parts ?? channels
    }
  }
}

extension SoftmaxAxis: Operator {
  package func outputShape(_ inputs: [FeatureShape], node: String) throws(GraphError) -> FeatureShape {
    let parts = parts(of: inputs[0].channels)
    guard parts >= 1, inputs[0].channels.isMultiple(of: parts) else {
      throw GraphError(node: node, problem: "\(parts) parts do not divide its \(inputs[0].text) input's channels")
    }
    return inputs[0]
  }
}
