import Networks
import Tensors

/// Makes nodes that stand before one whose parts they are.
struct Parts {
  let draft: GraphDraft
  /// The node.
  let name: String

  /// Appends a node.
  func add(_ operation: Operation, _ inputs: [String], _ shape: FeatureShape) -> String {
    var origin = draft[name].origin
    origin.label += ".part"
    return draft.add(.graph(operation), inputs, shape, origin: origin, before: name)
  }

  /// A map of one number, whatever the other one holds: nothing is greater than itself.
  func filled(_ number: Double, like node: String) -> String {
    let shape = draft[node].shape
    let zeros = add(.combine(.greater), [node, node], shape)
    let ones = [Double](repeating: 1, count: shape.channels)
    let label = draft.freeName("\(draft[name].origin.label).number")
    return add(draft.affine(ones, ones.map { $0 * number }, label: label), [zeros], shape)
  }
}
