import Networks
import Tensors

/// Turns nodes that together compute Dynamic ReLU or squeeze-and-excitation into one activation: a maximum of maps that
/// are affine in one map x, channel by channel, with factors that do not vary over positions.
struct DynamicActivations {
  private let draft: GraphDraft
  private static let maximumFunctions = 16

  init(_ draft: GraphDraft) { self.draft = draft }

  /// Maxima, then single lines and gates, then attentions; the latest first, since they take earlier ones in.
  func join() {
    var sums: [String: DraftNode] = [:]
    for name in latestFirst() where isSum(name) { sums[name] = rectifiedDifference(name) }
    // Nothing is dropped meanwhile: what a sum is made of may be needed again.
    for name in draft.order.reversed() where isMaximum(name) {
      maximum(name)
      // A sum that is no Dynamic ReLU stays a sum with a ReLU in it.
      if isMaximum(name), let sum = sums[name] { draft[name] = sum }
    }
    for name in latestFirst() where isProduct(name) || isSum(name) { single(name) }
    for name in latestFirst() where isProduct(name) { attend(name) }
    draft.removeUnused()
    label()
  }

  private func latestFirst() -> [String] {
    draft.removeUnused()
    return draft.order.reversed()
  }

  private func isProduct(_ name: String) -> Bool {
    if case .graph(.multiply)? = draft.nodes[name]?.operation { true } else { false }
  }

  private func isSum(_ name: String) -> Bool {
    if case .graph(.add)? = draft.nodes[name]?.operation { true } else { false }
  }

  private func isMaximum(_ name: String) -> Bool { draft.nodes[name]?.operation.activation?.coefficients == .maximum }

  /// a + ReLU(b - a) is the maximum of both; the sum as it was, nil if it is something else.
  private func rectifiedDifference(_ name: String) -> DraftNode? {
    let sum = draft[name]
    let inputs = draft[name].inputs
    for (one, rectified) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      guard let activation = draft[rectified].operation.activation, activation.upperBound == nil,
        activation.coefficients == .constant(slopes: [1, 0], intercepts: [0, 0])
      else { continue }
      let difference = draft[rectified].inputs[0]
      guard isSum(difference), draft[one].shape == draft[name].shape else { continue }
      let terms = draft[difference].inputs
      for (other, negated) in [(terms[0], terms[1]), (terms[1], terms[0])] {
        guard isNegative(negated, of: one), draft[other].shape == draft[name].shape else { continue }
        replace(name, .draft(functions: 2, .maximum), [one, other])
        return sum
      }
    }
    return nil
  }

  /// Whether a node is minus another one; both may be constant scales and shifts of a third.
  private func isNegative(_ name: String, of other: String) -> Bool {
    guard case .graph(.batchNormalization(let norm)) = draft[name].operation else { return false }
    let own = draft.scaleAndShift(norm)
    let below = draft[name].inputs[0]
    if below == other { return own.scale.allSatisfy { $0 == -1 } && own.shift.allSatisfy { $0 == 0 } }
    guard case .graph(.batchNormalization(let positive)) = draft[other].operation, draft[other].inputs == [below] else {
      return false
    }
    let wanted = draft.scaleAndShift(positive)
    return own.scale == wanted.scale.map(-) && own.shift == wanted.shift.map(-)
  }

  /// A maximum of lines in one map.
  private func maximum(_ name: String) {
    let maps = flat(name)
    guard maps.count <= Self.maximumFunctions else { return }
    let vectors = Vectors(draft: draft, before: name)
    let choices = Lines.candidates(draft, maps).compactMap { Lines(maps, in: $0, vectors) }
    guard let found = likeliest(choices, functions: maps.count, vectors) else { return }
    if found.isConstant {
      let slopes = found.rows.prefix(maps.count).map { Float($0.shift) }
      let intercepts = found.rows.suffix(maps.count).map { Float($0.shift) }
      replace(
        name, .draft(functions: maps.count, .constant(slopes: slopes, intercepts: intercepts)),
        [source(found, vectors)])
    } else {
      write(name, found, functions: maps.count, vectors)
    }
  }

  /// Lines may be affine in several maps: x is the one that is pooled, else one that the coefficients come from.
  private func likeliest(_ choices: [Lines], functions: Int, _ vectors: Vectors) -> Lines? {
    let dynamic = choices.filter { !$0.isConstant }
    let finder = HyperFinder(draft: draft)
    if let found = dynamic.first(where: { lines in
      finder.find(source(lines, vectors), lines.rows, functions: functions, intercepts: true) != nil
    }) {
      return found
    }
    let pooled = dynamic.first { lines in
      Set(lines.rows.filter(\.moves).map(\.leaf)).contains { draft.ancestors($0).contains(lines.x) }
    }
    return pooled ?? dynamic.first ?? choices.first { $0.isConstant && ($0.isShared || $0.channels.count == 1) }
  }

  /// The maps that a maximum of maxima is taken over.
  private func flat(_ name: String) -> [String] {
    draft[name].inputs.flatMap { one in
      isMaximum(one) ? flat(one) : [one]
    }
  }

  /// One line: squeeze-and-excitation, or K = 1.
  private func single(_ name: String) {
    let inputs = draft[name].inputs
    guard draft[inputs[1]].shape.isVector else { return }
    let vectors = Vectors(draft: draft, before: name)
    for x in Lines.candidates(draft, [name]) where x != name {
      guard let found = Lines([name], in: x, vectors), !found.isConstant else { continue }
      let half = found.rows.count / 2
      let isPlain = found.rows.suffix(half).allSatisfy { !$0.moves && $0.shift == 0 }
      let rows = isPlain ? Array(found.rows.prefix(half)) : found.rows
      let x = source(found, vectors)
      guard let hyper = HyperFinder(draft: draft).find(x, rows, functions: 1, intercepts: !isPlain) else { continue }
      replace(
        name, .draft(functions: 1, sharing: found.isShared ? .allChannels : .perChannel, .hyper(hyper)), [x])
      return
    }
  }

  /// The node of x; of the channels of it that the lines take.
  private func source(_ found: Lines, _ vectors: Vectors) -> String {
    let shape = draft[found.x].shape
    if found.channels == Array(0..<shape.channels) { return found.x }
    return vectors.add(
      .graph(.selectChannels(found.channels)), [found.x],
      FeatureShape(height: shape.height, width: shape.width, channels: found.channels.count))
  }

  private func write(_ name: String, _ found: Lines, functions: Int, _ vectors: Vectors) {
    let x = source(found, vectors)
    let sharing: CoefficientSharing = found.isShared ? .allChannels : .perChannel
    let finder = HyperFinder(draft: draft)
    if let hyper = finder.find(x, found.rows, functions: functions, intercepts: true) {
      replace(name, .draft(functions: functions, sharing: sharing, .hyper(hyper)), [x])
    } else {
      replace(name, .draft(functions: functions, sharing: sharing, .given), [x, vectors.node(found.rows)])
    }
  }

  private func replace(_ name: String, _ activation: Activation, _ inputs: [String]) {
    draft[name].operation = .graph(.activation(activation))
    draft[name].inputs = inputs
  }

  /// Dynamic ReLU times its spatial attention.
  private func attend(_ name: String) {
    let inputs = draft[name].inputs
    for (one, other) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      guard var activation = draft[one].operation.activation, activation.isDynamic, activation.attention == nil,
        draft[other].shape.channels == 1,
        let attention = AttentionFinder(draft: draft).find(other, of: draft[one].inputs[0])
      else { continue }
      activation.attention = attention
      replace(name, activation, draft[one].inputs)
      return
    }
  }

  /// An activation that is all that its module computes is called as the module.
  private func label() {
    let dynamic = draft.order.filter { draft[$0].operation.activation?.isDynamic ?? false }
    for name in dynamic {
      // The innermost module, and the one around it where that holds nothing else.
      var path = draft[name].origin.path
      while !path.isEmpty {
        let own = dynamic.filter { isWithin(draft[$0].origin.path, path) }
        guard inside(path).isSubset(of: parts(own)), own.count == 1 else { break }
        (draft[name].origin.path, draft[name].origin.label) = (path, path)
        path = path.split(separator: ".").dropLast().joined(separator: ".")
      }
    }
  }

  private func isWithin(_ path: String, _ module: String) -> Bool { path == module || path.hasPrefix(module + ".") }

  private func inside(_ path: String) -> Set<String> {
    Set(draft.order.filter { isWithin(draft[$0].origin.path, path) })
  }

  /// Activations and what their coefficients alone are computed from.
  private func parts(_ activations: [String]) -> Set<String> {
    var parts = Set(activations)
    for name in activations {
      let inputs = draft[name].inputs
      for one in inputs.dropFirst() { parts.formUnion(draft.ancestors(one).subtracting(draft.ancestors(inputs[0]))) }
    }
    return parts
  }
}
