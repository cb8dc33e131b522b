import Functions
import Networks
import PlainText
import Tensors

/// Turns the nodes of a file into the draft of a graph, one after the other.
final class Converter {
  /// The graph so far.
  let draft = GraphDraft()
  /// Where the nodes of the file stand among the network's modules.
  let paths: ModulePaths
  /// The tensors so far by their names in the file.
  var operands: [String: Operand] = [:]
  /// Nodes that are a constant scale and shift of another one, in double precision.
  var affines: [String: (below: String, scale: [Double], shift: [Double])] = [:]
  /// Nodes that hold 0 and 1 alone, for true and false.
  var truths: Set<String> = []
  /// Nodes that are a bound of a sum by the file, such as ReLU6 of x + 3, and a hard sigmoid of x times a number here.
  var shiftedBounds: Set<String> = []
  /// Nodes of chosen channels or elements of each node: the same choice is the same node.
  private var derivations: [String: [(operation: Operation, node: String)]] = [:]
  /// Paths of the layers with weights.
  private(set) var layers: [String] = []
  /// Where the node at hand comes from.
  private(set) var origin = Origin(path: "", label: "", place: "")

  /// A converter of a file whose nodes stand at these paths.
  init(paths: ModulePaths) { self.paths = paths }

  /// Converts one node.
  func convert(_ call: Call) throws(ONNXProblem) {
    origin = paths.origin(of: call.node)
    let folded = try Folding.fold(call)
    let results = if let folded { folded } else { try converted(call) }
    // Others, such as a pooling's indices, have no value: whoever takes one is refused.
    for (name, result) in zip(call.node.outputs, results) where !name.isEmpty {
      if case .value(let value) = result, value.count == 0 { throw call.problem("gives a tensor without elements") }
      operands[name] = result
    }
  }

  private func converted(_ call: Call) throws(ONNXProblem) -> [Operand] {
    guard let converter = Converters.all[call.node.type] else {
      throw call.problem("the operator is not covered")
    }
    let results = try converter(self, call)
    if Self.conditions.contains(call.node.type) {
      for case .value(let value) in results { truths.insert(value.node) }
    }
    return results
  }

  /// Operators that give truth values.
  private static let conditions: Set = [
    "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Not", "And", "Or", "Xor",
  ]

  /// Appends a node for the call at hand; its whole value.
  func add(
    _ operation: DraftOperation, _ inputs: [String], _ shape: FeatureShape, label: String? = nil
  ) -> Value {
    var origin = origin
    if let label {
      origin.label = label
      if origin.path.isEmpty, label.contains(".") { origin.path = label }
    }
    return Value(whole: draft.add(operation, inputs, shape, origin: origin), shape)
  }

  /// Appends an operation of graphs, which is asked for its shape.
  func add(
    _ operation: Operation, _ inputs: [String], _ call: Call, label: String? = nil
  ) throws(ONNXProblem) -> Value {
    let shape: FeatureShape
    do throws(GraphError) {
      shape = try operation.payload.outputShape(inputs.map { draft[$0].shape }, node: call.node.name)
    } catch { throw call.problem(error.problem) }
    return add(.graph(operation), inputs, shape, label: label)
  }

  /// Notes a layer with a weight, by which blocks are told from single activations.
  func note(layer label: String) { layers.append(label) }

  /// What a layer with this weight is called: as in the network where the weight has the network's name for it.
  func label(of weight: Constant) -> String {
    let parts = weight.name.split(separator: ".")
    guard parts.count > 1, !weight.name.contains("::"), !weight.name.contains("/") else { return origin.label }
    return parts.dropLast().joined(separator: ".")
  }

  /// Keeps a weight under the file's name for it, else under the layer's and its role.
  func store(_ weight: Constant, _ label: String, _ role: String, as tensor: DraftTensor? = nil) -> String {
    let own = weight.name.isEmpty || weight.name.contains("::") ? "\(label).\(role)" : weight.name.printable
    return draft.store(tensor ?? weight.weight, own)
  }

  /// `value` as a whole node's map, with a choice of channels or a rearrangement where needed.
  func wholeMap(_ value: Value, _ call: Call, extents wanted: FeatureShape? = nil) throws(ONNXProblem) -> Value {
    let isVector = value.extents.isVector && (value.shape.count != 4 || value.shape[2...].allSatisfy { $0 == 1 })
    guard
      let extents = wanted
        ?? (isVector
          ? FeatureShape(height: 1, width: 1, channels: value.count) : FeatureShape(tensor: value.shape))
    else { throw call.problem("takes a tensor of shape \(value.shape), which is no map or vector of one image") }
    if value.places == nil, extents == value.extents { return value }
    let places = value.index.elements
    // Of a tensor of rank 3 it does not matter how its positions are called.
    let isTurned = value.shape.count == 4 && extents.size != value.extents.size
    let node: String
    if !isTurned, let channels = Places.channels(places, size: extents.positions, of: value.extents) {
      node = try select(value, channels, call)
    } else {
      guard let moved = try moved(value, places, extents, call) else {
        throw call.problem(
          "needs a map, but its input of shape \(value.shape) holds elements of \(value.extents.text) "
            + "in an order that no node gives")
      }
      node = moved
    }
    return Value(whole: node, draft[node].shape, shape: value.shape)
  }

  /// A tensor of rank 4 as a whole node's map of its own extents.
  func exactMap(_ value: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard let extents = FeatureShape(tensor: value.shape) else {
      throw call.problem("takes a tensor of shape \(value.shape), which is no map of one image")
    }
    return try wholeMap(value, call, extents: extents)
  }

  /// `value` as all elements of a node, each once and in any order: its own node, or one that holds its channels.
  func compact(_ value: Value, _ call: Call) throws(ONNXProblem) -> Value {
    if value.isPermutation { return value }
    let size = value.positions
    let places = value.index
    let chosen = Set(places.elements.map { Int($0) / size }).sorted()
    guard places.elements.count == chosen.count * size, Set(places.elements).count == places.elements.count else {
      return try wholeMap(value, call)
    }
    let node = try select(value, chosen, call)
    var rank = [Int](repeating: 0, count: value.extents.channels)
    for (index, channel) in chosen.enumerated() { rank[channel] = index }
    return Value(whole: node, draft[node].shape).placed(
      places.map { Int32(rank[Int($0) / size] * size + Int($0) % size) })
  }

  /// The node that holds some channels of `value`'s node.
  func select(_ value: Value, _ channels: [Int], _ call: Call) throws(ONNXProblem) -> String {
    if channels == Array(0..<value.extents.channels) { return value.node }
    return try derived(.selectChannels(channels), value.node, call, suffix: "channels")
  }

  /// The node of `places` of a map of `extents` in another order, some of them more than once or not at all; nil if
  /// they are no sum of a part for each row, column and channel.
  func moved(
    _ value: Value, _ places: [Int32], _ extents: FeatureShape, _ call: Call
  ) throws(ONNXProblem) -> String? {
    guard let order = Places.rearrangement(places, extents, of: value.extents) else { return nil }
    return try derived(.rearrange(order), value.node, call, suffix: "elements")
  }

  /// The node that does this to another one: one for all that ask for it.
  private func derived(
    _ operation: Operation, _ node: String, _ call: Call, suffix: String
  ) throws(ONNXProblem) -> String {
    if let known = derivations[node]?.first(where: { $0.operation == operation }) { return known.node }
    let result = try add(operation, [node], call, label: "\(origin.label).\(suffix)").node
    derivations[node, default: []].append((operation, result))
    return result
  }
}
