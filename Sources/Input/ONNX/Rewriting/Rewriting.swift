import Networks
import Tensors

/// Makes one node of what belongs together, once the whole network is known.
enum Rewriting {
  /// Rewrites a converter's draft.
  static func rewrite(_ converter: Converter) throws(ONNXProblem) {
    let draft = converter.draft
    draft.removeUnused()
    for name in draft.order { try pad(draft, name) }
    WrittenOutActivations(draft).join()
    DynamicActivations(draft).join()
    draft.removeUnused()
    try refuseLeftovers(draft)
    draft.rename()
    ActivationPlaces(draft, layers: converter.layers).assign()
  }

  /// Padding that no window takes along: zeros around the map's own rows and columns.
  private static func pad(_ draft: GraphDraft, _ name: String) throws(ONNXProblem) {
    guard case .pad(let padding, let number) = draft[name].operation else { return }
    guard number == 0 else {
      throw ONNXProblem(
        "\(draft[name].origin.place): padding with another number than 0 is covered in front of a maximum pooling only")
    }
    let map = draft[draft[name].inputs[0]].shape
    func places(
      _ before: Int, _ extent: Int, _ after: Int, _ place: (Int) -> Rearrangement.Place
    ) -> [Rearrangement.Place?]? {
      func zeros(_ count: Int) -> [Rearrangement.Place?] { Array(repeating: nil, count: count) }
      return before + after == 0 ? nil : zeros(before) + (0..<extent).map(place) + zeros(after)
    }
    draft[name].operation = .graph(
      .rearrange(
        Rearrangement(
          rows: places(padding.top, map.height, padding.bottom) { .init(row: $0) },
          columns: places(padding.left, map.width, padding.right) { .init(column: $0) })))
  }

  private static func refuseLeftovers(_ draft: GraphDraft) throws(ONNXProblem) {
    for name in draft.order {
      switch draft[name].operation {
      case .graph, .pad: continue
      case .pointwise:
        throw ONNXProblem(
          "\(draft[name].origin.place): the operator is not covered: it is part of no activation that is")
      case .softmax:
        throw ONNXProblem("\(draft[name].origin.place): the operator is covered in the attention of DY-ReLU-C only")
      }
    }
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
      guard case .graph(let operation) = self[name].operation else {
        throw ONNXProblem("\(self[name].origin.place): the operator is not covered")
      }
      nodes.append(Node(name: name, operation: operation, inputs: self[name].inputs))
    }
    return Graph(nodes: nodes, output: output)
  }
}
