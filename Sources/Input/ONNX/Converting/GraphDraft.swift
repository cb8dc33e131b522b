import Networks
import Tensors

/// Where a node of the draft comes from.
struct Origin: Hashable {
  /// The path of the module, empty where it is not known.
  var path: String
  /// What its node is to be called.
  var label: String
  /// The place in the file, for messages.
  var place: String
}

/// What a node of the draft computes.
enum DraftOperation {
  /// Something that graphs have.
  case graph(Operation)
  /// Rows and columns of one number around a map, until a window takes it along.
  case pad(Padding, Double)
  /// A function of single numbers, until the activation is found that it is a part of.
  case pointwise(Pointwise)
  /// A vector times each of a constant's parts along one dimension, until these are summed.
  case weightedParts(WeightedParts)
  /// The sum of the rows of a constant matrix, each times an element of a vector, until the convolution is found whose
  /// kernel it is.
  case mixture(Constant)

  /// The activation that it is, if it is one.
  var activation: Activation? {
    if case .graph(.activation(let activation)) = self { activation } else { nil }
  }
}

/// A constant whose parts along one dimension are each multiplied by an element of a vector.
struct WeightedParts {
  let parts: Constant
  let dimension: Int
}

/// A function of as many numbers as its node has inputs.
struct Pointwise {
  /// The operator.
  let type: String
  /// All that the operator takes: numbers, and nil for an input.
  let given: [Double?]
  /// The function of all that the operator takes, in double precision.
  let operatorFunction: ([Double]) -> Double
  /// How nodes of two maps compute it where it is part of no activation; nil where they cannot.
  let recipe: Recipe?

  /// The function of the node's inputs.
  func value(_ inputs: [Double]) -> Double {
    var left = inputs.makeIterator()
    return operatorFunction(given.map { $0 ?? left.next() ?? .nan })
  }
}

/// A node of the draft.
struct DraftNode {
  var name: String
  var operation: DraftOperation
  var inputs: [String]
  let shape: FeatureShape
  var origin: Origin
}

/// Numbers of a weight.
struct DraftTensor {
  let shape: [Int]
  let values: Values

  enum Values {
    case stored(StoredTensor)
    case numbers([Float])
  }

  /// The elements.
  var floats: [Float] {
    switch values {
    case .stored(let tensor): tensor.floats.array
    case .numbers(let numbers): numbers
    }
  }

  /// How many elements are NaN or infinite.
  var notFiniteCount: Int {
    switch values {
    case .stored(let tensor): tensor.notFiniteCount
    case .numbers(let numbers): numbers.count { !$0.isFinite }
    }
  }

  /// The elements in double precision.
  var doubles: [Double] { floats.map(Double.init) }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> DraftTensor {
    switch values {
    case .stored(let tensor):
      DraftTensor(shape: shape, values: .stored(tensor.reshaped(shape)))
    case .numbers: DraftTensor(shape: shape, values: values)
    }
  }
}

/// A graph in the making: nodes in the order in which they run, and their weights.
final class GraphDraft {
  /// Names in the order in which the nodes run.
  private(set) var order: [String] = []
  /// The nodes.
  private(set) var nodes: [String: DraftNode] = [:]
  /// Weights by name.
  private(set) var tensors: [String: DraftTensor] = [:]
  /// The last number behind each name that came several times.
  private var numbers: [String: Int] = [:]
  /// The name of the node whose value is the result.
  var output = ""

  /// The node called `name`, which must be there.
  subscript(name: String) -> DraftNode {
    get {
      guard let node = nodes[name] else { preconditionFailure("no node \(name)") }
      return node
    }
    set { nodes[name] = newValue }
  }

  /// Appends a node, or puts it before another one.
  func add(
    _ operation: DraftOperation, _ inputs: [String], _ shape: FeatureShape, origin: Origin, before: String? = nil
  ) -> String {
    let name = freeName(origin.label)
    nodes[name] = DraftNode(name: name, operation: operation, inputs: inputs, shape: shape, origin: origin)
    if let before, let index = order.lastIndex(of: before) {
      order.insert(name, at: index)
    } else {
      order.append(name)
    }
    return name
  }

  /// `wished`, or that and a number.
  func freeName(_ wished: String) -> String { free(wished) { nodes[$0] != nil } }

  private func free(_ wished: String, isTaken: (String) -> Bool) -> String {
    guard isTaken(wished) else { return wished }
    var number = numbers[wished, default: 1]
    repeat { number += 1 } while isTaken("\(wished)_\(number)")
    numbers[wished] = number
    return "\(wished)_\(number)"
  }

  /// Keeps a weight under `name`, or that and a number where another one has it; one initializer is kept once.
  func store(_ tensor: DraftTensor, _ name: String) -> String {
    if let known = tensors[name], known.shape == tensor.shape, case .stored(let old) = known.values,
      case .stored(let new) = tensor.values, old.name == new.name, !new.name.isEmpty
    {
      return name
    }
    let free = free(name) { tensors[$0] != nil }
    tensors[free] = tensor
    return free
  }

  /// Drops nodes that the output does not need; the input stays.
  func removeUnused() {
    var needed: Set = [output]
    for name in order.reversed() where needed.contains(name) { needed.formUnion(self[name].inputs) }
    order = order.filter { name in
      if case .graph(.input) = self[name].operation { return true }
      if !needed.contains(name) { nodes[name] = nil }
      return needed.contains(name)
    }
  }

  /// Drops weights that no node takes, and lets go of their memory.
  func removeUnusedWeights() {
    var needed: Set<String> = []
    for node in nodes.values {
      guard case .graph(let operation) = node.operation else { continue }
      let input = node.inputs.first.map { self[$0].shape } ?? node.shape
      needed.formUnion(operation.weightShapes(input: input).map(\.name))
    }
    tensors = tensors.filter { needed.contains($0.key) }
  }

  /// Puts other nodes in the place of all.
  func replace(_ others: [DraftNode]) {
    order = others.map(\.name)
    nodes = Dictionary(uniqueKeysWithValues: others.map { ($0.name, $0) })
  }

  /// The nodes that a node is computed from, itself among them.
  func ancestors(_ name: String) -> Set<String> {
    var (found, left): (Set<String>, [String]) = ([], [name])
    while let one = left.popLast() {
      if found.insert(one).inserted { left += self[one].inputs }
    }
    return found
  }

  /// BatchNorm as scale x + shift, in double precision.
  func scaleAndShift(_ norm: BatchNormalization) -> (scale: [Double], shift: [Double]) {
    func numbers(_ name: String) -> [Double] { tensors[name]?.doubles ?? [] }
    let (mean, shift) = (numbers(norm.mean), numbers(norm.bias))
    let scale = zip(numbers(norm.weight), numbers(norm.variance)).map { $0 / ($1 + Double(norm.epsilon)).squareRoot() }
    return (scale, shift.indices.map { shift[$0] - mean[$0] * scale[$0] })
  }
}
