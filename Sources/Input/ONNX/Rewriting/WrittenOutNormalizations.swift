import Functions
import Networks
import Tensors

/// Finds normalisations that are written out in parts, by what these compute: a map, or its distances from its means,
/// over the root of the mean of their squares plus a number. Scales and shifts behind a normalisation become its own.
struct WrittenOutNormalizations {
  let draft: GraphDraft

  /// What is divided by a root: a map, or its distances from means.
  private struct Numerator: Equatable {
    let x: String
    /// What the means are of; nil where nothing is subtracted.
    let kind: MeanKind?
  }

  /// A root that something is divided by: sqrt(mean of squares + epsilon) / scale.
  private struct Root {
    let kind: MeanKind
    let epsilon: Double
    let scale: Double
  }

  /// Makes one node of each.
  func join() {
    for name in draft.order {
      guard let function = function(of: draft[name]) else { continue }
      let inputs = draft[name].inputs
      switch function {
      case .divide: join(name, inputs[0], by: inputs[1], divides: true)
      case .multiply:
        if respond(name, inputs[0], inputs[1]) || respond(name, inputs[1], inputs[0]) { continue }
        join(name, inputs[0], by: inputs[1], divides: false)
        join(name, inputs[1], by: inputs[0], divides: false)
      default: continue
      }
    }
    draft.removeUnused()
    takeScalesAlong()
    draft.removeUnused()
  }

  /// What a node combines two maps by, if it does.
  private func function(of node: DraftNode) -> BinaryFunction? {
    switch node.operation {
    case .graph(.combine(let function)): function
    case .pointwise(let quotient) where quotient.type == "Div" && node.inputs.count == 2: .divide
    default: nil
    }
  }

  private func join(_ name: String, _ numerator: String, by divisor: String, divides: Bool) {
    guard draft[numerator].shape == draft[name].shape else { return }
    for own in numerators(numerator) {
      guard let root = root(divisor, of: own, like: numerator, divides: divides) else { continue }
      let kind: Normalization.Kind
      switch (root.kind, own.kind) {
      case (.channels, nil): kind = .layer(isCentred: false)
      case (.channels, _): kind = .layer(isCentred: true)
      case (.groups(let count), .some): kind = .group(count)
      case (.groups(let count), nil):
        guard let groups = UncentredGroups(draft, own.x, count: count) else { continue }
        groups.write(at: name, epsilon: root.epsilon, scale: root.scale)
        return
      }
      var normalization = Normalization(kind, epsilon: Float(root.epsilon))
      if abs(root.scale - 1) > 1e-7 {
        let scales = [Float](repeating: Float(root.scale), count: draft[name].shape.channels)
        normalization.weight = store(scales, name, "weight")
      }
      draft[name].operation = .graph(.normalization(normalization))
      draft[name].inputs = [own.x]
      return
    }
  }

  /// What a map may be as the upper part: itself, and where it is a difference from means, that.
  private func numerators(_ name: String) -> [Numerator] {
    var found = [Numerator(x: name, kind: nil)]
    guard case .graph(.combine(.add)) = draft[name].operation else { return found }
    let inputs = draft[name].inputs
    for (x, mean) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      guard draft[x].shape == draft[name].shape, let factor = Factor(draft, mean), factor.scale == -1,
        factor.shift == 0, let kind = draft.meanKind(factor.leaf, factor.index, of: x)
      else { continue }
      found.insert(Numerator(x: x, kind: kind), at: 0)
    }
    return found
  }

  /// The divisor, or the factor, as the root of the mean of the numerator's squares; nil if it is something else.
  private func root(_ name: String, of own: Numerator, like node: String, divides: Bool) -> Root? {
    guard let factor = Factor(draft, name) else { return nil }
    var below = factor.leaf
    for _ in 0..<GraphDraft.maximumDepth {
      if let squares = squares(below, factor.index, own, like: node) {
        let values = PointFunction(draft, below).values(factor.leaf)
        guard let first = values?.first, values?.count == 1 else { return nil }
        let parts = first.map { factor.scale * $0 + factor.shift }
        guard let line = Self.squaredLine(divides ? parts : parts.map { 1 / $0 }) else { return nil }
        // Where squares are summed, the line is one over the sum.
        let slope = line.slope * squares.factor
        return Root(kind: squares.kind, epsilon: line.start / slope, scale: 1 / slope.squareRoot())
      }
      guard PointFunction.isPointwise(draft[below]), draft[below].inputs.count == 1 else { return nil }
      below = draft[below].inputs[0]
    }
    return nil
  }

  /// What is averaged, if a node holds means or sums of the numerator's squares.
  private func squares(_ name: String, _ index: [Int], _ own: Numerator, like node: String) -> ScaledMeans? {
    var source = draft[name]
    while let input = source.inputs.first, !isSquare(source) {
      switch source.operation {
      case .graph(.convolution), .graph(.globalAveragePool): source = draft[input]
      default: return nil
      }
    }
    guard isSquare(source), source.inputs[0] == node || numerators(source.inputs[0]).contains(own),
      let means = draft.scaledMeans(name, index, of: source.name), own.kind == nil || own.kind == means.kind
    else { return nil }
    return means
  }

  private func isSquare(_ node: DraftNode) -> Bool {
    if case .graph(.multiply) = node.operation { return node.inputs[0] == node.inputs[1] }
    return false
  }

  /// Slope and start of the line whose root has these values on the grid, where it is not negative; nil for another
  /// function.
  private static func squaredLine(_ values: [Double]) -> (slope: Double, start: Double)? {
    // What it is of no squares is all the same: a root below 0 is no number, and a bound of that is anything.
    let roots = zip(PointFunction.grid, values).filter { $0.0 >= 0 }
    let pairs = roots.map { ($0.0, $0.1 * $0.1) }
    guard let zero = pairs.first(where: { $0.0 == 0 })?.1, let far = pairs.max(by: { $0.0 < $1.0 }), zero.isFinite
    else {
      return nil
    }
    let slope = (far.1 - zero) / far.0
    guard slope > 0, slope.isFinite, roots.allSatisfy({ !($0.1 < 0) }),
      pairs.allSatisfy({ abs($0.1 - slope * $0.0 - zero) <= 1e-7 * (slope * $0.0 + zero) })
    else { return nil }
    return (slope, zero)
  }

  /// x times its channels' norms over their mean: a response normalisation.
  private func respond(_ name: String, _ x: String, _ factor: String) -> Bool {
    guard function(of: draft[factor]) == .divide, draft[x].shape == draft[name].shape else {
      return false
    }
    let (norms, mean) = (draft[factor].inputs[0], draft[factor].inputs[1])
    guard let averaged = Factor(draft, mean), averaged.scale == 1, averaged.shift >= 0, averaged.index == [0],
      draft.meanKind(averaged.leaf, averaged.index, of: norms) == .channels, isNorm(norms, of: x)
    else { return false }
    let normalization = Normalization(.response(addsInput: false), epsilon: Float(averaged.shift))
    draft[name].operation = .graph(.normalization(normalization))
    draft[name].inputs = [x]
    return true
  }

  /// Whether a vector holds the Euclidean norms of a map's channels.
  private func isNorm(_ name: String, of x: String) -> Bool {
    guard let factor = Factor(draft, name), factor.shift == 0, factor.index == Array(0..<draft[x].shape.channels),
      let root = root(name, of: Numerator(x: x, kind: nil), like: x, divides: true),
      root.kind == .groups(draft[x].shape.channels)
    else { return false }
    let positions = Double(draft[x].shape.positions)
    return root.epsilon == 0 && abs(root.scale * positions.squareRoot() - 1) < 1e-6
  }
}

extension WrittenOutNormalizations {
  /// Scale and shift behind a normalisation, and behind a response normalisation the sum with its input, where nothing
  /// else takes what is before them.
  private func takeScalesAlong() {
    var uses: [String: Int] = [draft.output: 1]
    for name in draft.order { for input in draft[name].inputs { uses[input, default: 0] += 1 } }
    func normalization(_ name: String) -> Normalization? {
      guard uses[name] == 1, case .graph(.normalization(let options)) = draft[name].operation else { return nil }
      return options
    }
    for name in draft.order {
      let inputs = draft[name].inputs
      switch draft[name].operation {
      case .graph(.batchNormalization(let norm)):
        guard var options = normalization(inputs[0]) else { continue }
        if case .response(addsInput: true) = options.kind { continue }
        let (scale, shift) = draft.scaleAndShift(norm)
        let weight = options.weight.flatMap { draft.tensors[$0]?.doubles }
        let bias = options.bias.flatMap { draft.tensors[$0]?.doubles }
        let scales = scale.indices.map { scale[$0] * (weight?[$0] ?? 1) }
        let shifts = scale.indices.map { scale[$0] * (bias?[$0] ?? 0) + shift[$0] }
        options.weight = scales.allSatisfy { $0 == 1 } ? nil : store(scales.map { Float($0) }, name, "weight")
        options.bias = shifts.allSatisfy { $0 == 0 } ? nil : store(shifts.map { Float($0) }, name, "bias")
        draft[name].operation = .graph(.normalization(options))
        draft[name].inputs = draft[inputs[0]].inputs
      case .graph(.add):
        for (one, other) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
          guard var options = normalization(one), options.kind == .response(addsInput: false),
            draft[one].inputs == [other]
          else { continue }
          options.kind = .response(addsInput: true)
          draft[name].operation = .graph(.normalization(options))
          draft[name].inputs = [other]
          break
        }
      default: continue
      }
    }
  }

  private func store(_ numbers: [Float], _ name: String, _ role: String) -> String {
    draft.store(DraftTensor(shape: [numbers.count], values: .numbers(numbers)), "\(draft[name].origin.label).\(role)")
  }
}
