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

  /// Padding that no window takes along: a depthwise convolution of 1x1.
  private static func pad(_ draft: GraphDraft, _ name: String) throws(ONNXProblem) {
    guard case .pad(let padding, let number) = draft[name].operation else { return }
    guard number == 0 else {
      throw ONNXProblem(
        "\(draft[name].origin.place): padding with another number than 0 is covered in front of a maximum pooling only")
    }
    let channels = draft[name].shape.channels
    let ones = DraftTensor(
      shape: [channels, 1, 1, 1], values: .numbers([Float](repeating: 1, count: channels)))
    draft[name].operation = .graph(
      .convolution(
        Convolution(
          outChannels: channels, kernel: Extent2D(1), padding: padding, groups: channels,
          weight: draft.store(ones, "\(name).weight"))))
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
