import Functions
import Networks
import Tensors

/// Finds activations that are written out in parts, such as x · tanh(softplus(x)), by what they compute: nodes that
/// treat each number by itself make up a function of one map, which is computed on a grid and compared with the
/// activations that graphs have.
struct WrittenOutActivations {
  private let draft: GraphDraft

  /// Most nodes that make up an activation.
  private static let maximumParts = 64

  init(_ draft: GraphDraft) { self.draft = draft }

  /// Makes one activation of each that is written out; the latest first, since they take earlier parts in.
  func join() {
    var needed: Set = [draft.output]
    for name in draft.order.reversed() where needed.contains(name) {
      if mayBeLast(draft[name]) { join(name) }
      needed.formUnion(draft[name].inputs)
    }
    draft.removeUnused()
  }

  /// Whether a node may be the last one of an activation that is written out.
  private func mayBeLast(_ node: DraftNode) -> Bool {
    if combines(node) { return true }
    guard let input = node.inputs.first else { return false }
    let below = draft[input]
    switch node.operation {
    case .graph(.batchNormalization):
      // Sigmoid and tanh are each a scale and a shift of the other.
      if below.operation.activation?.isCurve == true, let inner = below.inputs.first,
        case .graph(.batchNormalization) = draft[inner].operation
      {
        return true
      }
      return combines(below)
    case .graph(.activation(let activation)):
      // ReLU6 as ReLU and a bound.
      guard case .constant(let slopes, _) = activation.coefficients,
        case .constant(let inner, _)? = below.operation.activation?.coefficients
      else { return false }
      return slopes == [1] || inner == [1]
    default: return false
    }
  }

  /// Whether a node combines values, or is a part that no graph has by itself.
  private func combines(_ node: DraftNode) -> Bool {
    switch node.operation {
    case .graph(.combine), .pointwise: true
    case .graph(.activation(let activation)): activation.coefficients == .maximum
    default: false
    }
  }

  private func join(_ name: String) {
    let node = draft[name]
    // A bound is an activation of its input already.
    let isBound = if case .constant? = node.operation.activation?.coefficients { true } else { false }
    for x in candidates(name) where !isBound || !node.inputs.contains(x) {
      guard let y = PointFunction(draft, x).values(name) else { continue }
      if let found = KnownActivation(y) {
        draft[name].operation = .graph(.activation(activation(found, name)))
        draft[name].inputs = [x]
        return
      }
      if case .graph(.multiply) = node.operation, let (curve, factor) = KnownActivation.scaledCurve(y) {
        write(curve, times: factor, of: x, at: name)
        return
      }
    }
  }

  private func activation(_ found: KnownActivation, _ name: String) -> Activation {
    switch found {
    case .curve(let curve, let scales): return .draft(curve, scales: scales)
    case .lines(let slopes, let intercepts, let bound):
      return .draft(
        functions: slopes.count, .constant(slopes: slopes, intercepts: intercepts), upperBound: bound)
    case .parametric(let slopes):
      let label = draft[name].origin.label
      let tensor = DraftTensor(shape: [slopes.count], values: .numbers(slopes))
      return .draft(
        functions: 2, sharing: slopes.count == 1 ? .allChannels : .perChannel,
        .parametric(slope: draft.store(tensor, "\(label).negative_slope")))
    }
  }

  private func write(_ curve: Curve, times factor: Double, of x: String, at name: String) {
    let node = draft[name]
    var origin = node.origin
    origin.label += ".curve"
    let inner = draft.add(
      .graph(.activation(.draft(curve))), [x], draft[x].shape, origin: origin, before: name)
    let scale = [Double](repeating: factor, count: node.shape.channels)
    draft[name].operation = .graph(draft.affine(scale, scale.map { _ in 0 }, label: node.origin.label))
    draft[name].inputs = [inner]
  }

  /// Nodes of a node's shape that it may be a function of, number by number, the latest first.
  private func candidates(_ name: String) -> [String] {
    let shape = draft[name].shape
    var (found, left): (Set<String>, [String]) = ([], [name])
    while let one = left.popLast(), found.count < Self.maximumParts {
      guard draft[one].shape == shape, found.insert(one).inserted else { continue }
      if PointFunction.isPointwise(draft[one]) { left += draft[one].inputs }
    }
    found.remove(name)
    return draft.order.reversed().filter(found.contains)
  }
}

/// Nodes as functions of one map's numbers, for each channel on a grid.
final class PointFunction {
  private let draft: GraphDraft
  private let shape: FeatureShape
  /// For each channel the values on the grid; one row where all channels have the same.
  private var known: [String: [[Double]]?]

  /// The numbers at which functions are compared.
  static let grid: [Double] =
    (0...600).map { -12 + 24 * Double($0) / 600 }
    + (0..<28).flatMap { step -> [Double] in
      let number = 12.5 + 67.5 * Double(step) / 27
      return [number, -number]
    }

  /// Most nodes one behind the other.
  private static let maximumDepth = 64

  init(_ draft: GraphDraft, _ x: String) {
    self.draft = draft
    shape = draft[x].shape
    known = [x: [Self.grid]]
  }

  /// Whether a node treats each number by itself.
  static func isPointwise(_ node: DraftNode) -> Bool {
    switch node.operation {
    case .graph(.combine), .graph(.batchNormalization), .pointwise: true
    case .graph(.activation(let activation)): !activation.isDynamic && activation.attention == nil
    default: false
    }
  }

  /// A node's values; nil if it depends on something else than x.
  func values(_ name: String, depth: Int = 0) -> [[Double]]? {
    if let known = known[name] { return known }
    known[name] = .some(nil)
    let node = draft[name]
    guard node.shape == shape, Self.isPointwise(node), depth < Self.maximumDepth else { return nil }
    var inputs: [[[Double]]] = []
    for input in node.inputs {
      guard let values = values(input, depth: depth + 1) else { return nil }
      inputs.append(values)
    }
    let result = computed(node, inputs)
    known[name] = result
    return result
  }

  private func computed(_ node: DraftNode, _ inputs: [[[Double]]]) -> [[Double]]? {
    switch node.operation {
    case .graph(.combine(let function)): return rows(inputs) { function.value($0[0], $0[1]) }
    case .pointwise(let function): return rows(inputs, function.value)
    case .graph(.batchNormalization(let norm)):
      let (scale, shift) = draft.scaleAndShift(norm)
      guard !scale.isEmpty else { return nil }
      let isUniform = scale.allSatisfy { $0 == scale[0] } && shift.allSatisfy { $0 == shift[0] }
      let channels = isUniform ? inputs[0].count : scale.count
      // A map of hundreds of channels that all differ is no activation.
      guard channels <= 4096 else { return nil }
      return (0..<channels).map { channel in
        let row = inputs[0][inputs[0].count == 1 ? 0 : channel]
        let (a, b) = isUniform ? (scale[0], shift[0]) : (scale[channel], shift[channel])
        return row.map { a * $0 + b }
      }
    case .graph(.activation(let activation)): return activated(activation, inputs)
    default: return nil
    }
  }

  private func activated(_ activation: Activation, _ inputs: [[[Double]]]) -> [[Double]]? {
    func bounded(_ y: Double) -> Double { activation.upperBound.map { min(y, Double($0)) } ?? y }
    switch activation.coefficients {
    case .curve(let curve):
      let scales = activation.scales ?? .plain
      return rows(inputs) { scales.value(of: curve, at: $0[0]) }
    case .maximum: return rows(inputs) { $0.max() ?? .nan }
    case .constant(let slopes, let intercepts):
      let lines = zip(slopes.map(Double.init), intercepts.map(Double.init))
      return rows(inputs) { x in bounded(lines.reduce(-Double.infinity) { max($0, $1.0 * x[0] + $1.1) }) }
    case .parametric(let name):
      guard let slopes = draft.tensors[name]?.doubles else { return nil }
      return slopes.indices.map { channel in
        inputs[0][inputs[0].count == 1 ? 0 : channel].map { bounded($0 > 0 ? $0 : slopes[channel] * $0) }
      }
    case .hyper, .given: return nil
    }
  }

  /// A function of the inputs' values, channel by channel where some differ.
  private func rows(_ inputs: [[[Double]]], _ function: ([Double]) -> Double) -> [[Double]] {
    let channels = inputs.map(\.count).max() ?? 1
    return (0..<channels).map { channel in
      Self.grid.indices.map { at in function(inputs.map { $0[$0.count == 1 ? 0 : channel][at] }) }
    }
  }
}
