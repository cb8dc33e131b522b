import Networks
import Tensors

/// Which nodes a convolution takes along, and which values need sums by row: read off the graph before anything is
/// lowered.
struct Fusions {
  /// What follows one convolution and is done in its epilogue.
  struct Chain {
    var normalization: (node: String, options: BatchNormalization)?
    /// The sum before the activation, and its other operand.
    var addend: (node: String, operand: String)?
    var activation: String?
    /// The sum after the activation, and its other operand.
    var residual: (node: String, operand: String)?

    /// The nodes behind the convolution, in order.
    var nodes: [String] { [normalization?.node, addend?.node, activation, residual?.node].compactMap { $0 } }
  }

  /// By the convolution's name.
  private(set) var chains: [String: Chain] = [:]
  /// Nodes that belong to a chain.
  private(set) var absorbed: Set<String> = []
  /// The column period of the sums that are kept of a node's value.
  private(set) var periods: [String: Int] = [:]
  /// Activations whose hyper function is computed from the input of the convolution before it.
  private(set) var knownBefore: Set<String> = []

  private let graph: Graph
  private let shapes: GraphShapes
  private let order: [String: Int]
  private let nodes: [String: Node]
  private var users: [String: [String]] = [:]
  /// Periods that a window needs exactly; the others may be changed.
  private var fixed: Set<String> = []

  /// Most features of a hyper function's first layer for it to be computed from the sums under a window.
  private static let maximumFeatures = 1024

  init(_ graph: Graph, shapes: GraphShapes) {
    self.graph = graph
    self.shapes = shapes
    order = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($1.name, $0) })
    nodes = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.name, $0) })
    users = [:]
    for node in graph.nodes {
      for input in node.inputs { users[input, default: []].append(node.name) }
    }
    for node in graph.nodes {
      if case .convolution(let options) = node.operation { chains[node.name] = chain(from: node, options) }
      node.operation.runnable.requestSums(for: node, &self)
    }
  }

  /// The one node that reads `name`; nil where there are several, or the value is the graph's result.
  private func onlyUser(of name: String) -> Node? {
    guard name != graph.output, let users = users[name], users.count == 1 else { return nil }
    return nodes[users[0]]
  }

  private mutating func chain(from node: Node, _ options: Convolution) -> Chain {
    var chain = Chain()
    var end = node.name
    func earlierOperand(of sum: Node) -> String? {
      guard joinsEqualShapes(sum), let other = sum.inputs.first(where: { $0 != end }),
        order[other, default: .max] < order[node.name, default: 0]
      else { return nil }
      return other
    }
    if let next = onlyUser(of: end), case .batchNormalization(let options) = next.operation {
      chain.normalization = (next.name, options)
      end = next.name
    }
    if let next = onlyUser(of: end), case .add = next.operation, let operand = earlierOperand(of: next) {
      chain.addend = (next.name, operand)
      end = next.name
    }
    if let next = onlyUser(of: end), case .activation(let activation) = next.operation, activation.takesOneMap,
      isKnown(activation, node: next.name, before: node, options, hasAddend: chain.addend != nil)
    {
      chain.activation = next.name
      end = next.name
      if chain.addend == nil, let sum = onlyUser(of: end), case .add = sum.operation,
        let operand = earlierOperand(of: sum)
      {
        chain.residual = (sum.name, operand)
      }
    }
    // Without an activation behind it, a sum is the same on either side of it.
    if chain.activation == nil { (chain.addend, chain.residual) = (nil, chain.addend) }
    absorbed.formUnion(chain.nodes)
    return chain
  }

  /// Whether an activation's coefficients and attention can be known before the convolution runs.
  private mutating func isKnown(
    _ activation: Activation, node: String, before convolution: Node, _ options: Convolution, hasAddend: Bool
  ) -> Bool {
    guard activation.isHyper || activation.attention != nil else { return true }
    let input = convolution.inputs[0]
    guard !hasAddend, let shape = shapes.shapes[input] else { return false }
    let form = options.form(inChannels: shape.channels)
    switch form {
    case .pointwise: guard request(input, period: nil) else { return false }
    case .depthwise, .dense:
      guard activation.attention == nil, options.stride.width <= 2 else { return false }
      let features = options.kernel.height * options.kernel.width * shape.channelStride
      guard form == .depthwise || features <= Self.maximumFeatures else { return false }
      guard request(input, period: options.stride.width) else { return false }
    }
    knownBefore.insert(node)
    return true
  }

  /// Asks for sums of a value, with a period or with any; false where none can be kept.
  mutating func request(_ name: String, period: Int?) -> Bool {
    guard let node = nodes[name], node.operation.runnable.keepsSums(of: node, self) else { return false }
    if let period, fixed.contains(name) { return periods[name] == period }
    periods[name] = period ?? periods[name] ?? 1
    if period != nil { fixed.insert(name) }
    return true
  }

  /// Whether all that a node takes has the shape of its value.
  func joinsEqualShapes(_ node: Node) -> Bool {
    node.inputs.allSatisfy { shapes.shapes[$0] == shapes.shapes[node.name] }
  }

  /// Whether the image needs no padding lanes.
  func readByDenseConvolutionsAlone(_ name: String) -> Bool {
    guard name != graph.output, let shape = shapes.shapes[name] else { return false }
    return users[name, default: []].allSatisfy { user in
      guard case .convolution(let options) = nodes[user]?.operation else { return false }
      return options.form(inChannels: shape.channels) == .dense
    }
  }
}
