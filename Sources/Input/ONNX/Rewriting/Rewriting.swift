import Networks

/// Makes one node of what belongs together, once the whole network is known.
enum Rewriting {
  /// Rewrites a converter's draft.
  static func rewrite(_ converter: Converter) throws(ONNXProblem) {
    let draft = converter.draft
    draft.removeUnused()
    Borders(draft: draft).rewrite()
    WrittenOutNormalizations(draft: draft).join()
    WrittenOutActivations(draft).join()
    DynamicActivations(draft).join()
    draft.removeUnused()
    ShiftedBounds(draft: draft).rewrite(converter.shiftedBounds)
    try Leftovers(draft: draft).rewrite()
    draft.removeUnused()
    draft.rename()
    ActivationPlaces(draft, layers: converter.layers).assign()
  }
}

extension GraphDraft {
  /// Gives all nodes their wished names anew, now that some are gone.
  func rename() {
    var names: [String: String] = [:]
    var renamed: [DraftNode] = []
    var taken: Set<String> = []
    for old in order {
      var node = self[old]
      var (name, number) = (node.origin.label, 1)
      while !taken.insert(name).inserted {
        number += 1
        name = "\(node.origin.label)_\(number)"
      }
      names[old] = name
      node.name = name
      node.inputs = node.inputs.map { names[$0] ?? $0 }
      renamed.append(node)
    }
    output = names[output] ?? output
    replace(renamed)
  }

  /// The graph, with everything in forms that graphs have.
  func graph() throws(ONNXProblem) -> Graph {
    var nodes: [Node] = []
    for name in order {
      let operation: Operation
      switch self[name].operation {
      case .graph(let own): operation = own
      case .mixture:
        throw ONNXProblem(
          "\(self[name].origin.place): gives \(self[name].shape.channels) numbers, which are no convolution's kernel; "
            + "a vector has at most \(GraphShapes.maximumExtent)")
      case .weightedParts:
        throw ONNXProblem(
          "\(self[name].origin.place): multiplies a vector with a constant of more dimensions than a map has; "
            + "a sum of kernels is covered")
      case .pad, .pointwise: throw ONNXProblem("\(self[name].origin.place): the operator is not covered")
      }
      nodes.append(Node(name: name, operation: operation, inputs: self[name].inputs))
    }
    return Graph(nodes: nodes, output: output)
  }
}
