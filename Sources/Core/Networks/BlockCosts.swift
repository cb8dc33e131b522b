import Tensors

/// What one part of a network costs: a block, the stem, the classifier.
public struct BlockCost: Sendable, Equatable {
  /// The part's name, `stem` or `blocks.4`.
  public let name: String
  /// The shape of its result.
  public let shape: FeatureShape
  /// Trained parameters (running statistics are none).
  public internal(set) var parameters: Int
  /// Multiply-adds for one image.
  public internal(set) var multiplyAdds: Int
  /// Bytes of the maps that it stores for one image in single precision: the result of each convolution, sum, pooling,
  /// upsampling and fully connected layer. Normalisations and activations are done in place; Maxout stores its K maps
  /// and keeps the result in the first.
  public internal(set) var mapBytes: Int
}

extension GraphShapes {
  /// The costs of each part of `graph`, the graph that this value was made from, in the order in which the parts end.
  public func blockCosts(of graph: Graph) -> [BlockCost] {
    var blocks: [BlockCost] = []
    for (node, cost) in zip(graph.nodes, costs(of: graph)) {
      guard let shape = shapes[node.name] else { continue }
      if case .input = node.operation { continue }
      let name = node.blockName
      var block = BlockCost(name: name, shape: shape, parameters: 0, multiplyAdds: 0, mapBytes: 0)
      if let last = blocks.last, last.name == name {
        blocks.removeLast()
        block.parameters = last.parameters
        block.multiplyAdds = last.multiplyAdds
        block.mapBytes = last.mapBytes
      }
      block.parameters += cost.parameters
      block.multiplyAdds += cost.multiplyAdds
      block.mapBytes += node.operation.payload.isInPlace ? 0 : shape.count * MemoryLayout<Float>.size
      blocks.append(block)
    }
    return blocks
  }
}

extension Node {
  /// The part of the network that the node belongs to, by its name: up to the number of the block, or without what a
  /// unit consists of.
  var blockName: String {
    var parts = name.split(separator: ".").map(String.init)
    if let index = parts.firstIndex(of: "blocks"), index + 1 < parts.count {
      return parts[...(index + 1)].joined(separator: ".")
    }
    while let last = parts.last, parts.count > 1, Self.unitParts.contains(last) || Int(last) != nil {
      parts.removeLast()
    }
    return parts.joined(separator: ".")
  }

  private static let unitParts: Set<String> = ["conv", "norm", "act", "squeeze"]
}
