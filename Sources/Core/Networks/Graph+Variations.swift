import Tensors

extension Graph {
  /// The same network for images of another size. Whether it can take them shows when its shapes are inferred.
  public func resized(to size: Extent2D) -> Graph {
    var graph = self
    for index in graph.nodes.indices {
      guard case .input(let shape) = graph.nodes[index].operation else { continue }
      graph.nodes[index].operation = .input(
        FeatureShape(height: size.height, width: size.width, channels: shape.channels))
    }
    return graph
  }

  /// The static baseline of a dynamic network: ReLU in place of each dynamic activation, and nothing in place of those
  /// with K = 1, which without their hyper function are the identity.
  ///
  /// Nodes that compute nothing but coefficients go with them. Every other node stays, so the difference in running
  /// time is what Dynamic ReLU costs.
  public var staticTwin: Graph {
    var graph = Graph(nodes: [], output: output)
    var replacements: [String: String] = [:]
    for node in nodes {
      var node = node
      node.inputs = node.inputs.map { replacements[$0] ?? $0 }
      if case .activation(let activation) = node.operation, activation.isDynamic {
        if activation.functions == 1 {
          replacements[node.name] = node.inputs[0]
          continue
        }
        node.operation = .activation(.relu(at: activation.place))
        // Coefficients, or what they are computed from, may be another input.
        node.inputs = Array(node.inputs.prefix(1))
      }
      graph.nodes.append(node)
    }
    graph.output = replacements[output] ?? output
    let (before, now) = (nodesInUse, graph.nodesInUse)
    graph.nodes.removeAll { node in
      if case .input = node.operation { return false }
      return before.contains(node.name) && !now.contains(node.name)
    }
    return graph
  }

  /// The same network without a softmax over all `classes` of a vector at its end: its output are the logits then.
  func endingInLogits(classes: FeatureShape) -> Graph {
    guard let last = nodes.first(where: { $0.name == output }), case .softmax(.channels(let parts)) = last.operation,
      classes.positions == 1, parts ?? classes.channels == classes.channels
    else { return self }
    var graph = Graph(nodes: nodes, output: last.inputs[0])
    if !nodes.contains(where: { $0.inputs.contains(last.name) }) { graph.nodes.removeAll { $0.name == last.name } }
    return graph
  }

  /// The names of the nodes that the output depends on.
  private var nodesInUse: Set<String> {
    var names: Set = [output]
    for node in nodes.reversed() where names.contains(node.name) { names.formUnion(node.inputs) }
    return names
  }
}
