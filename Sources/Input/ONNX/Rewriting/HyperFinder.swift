import Functions
import Networks
import Tensors

/// Finds the hyper function behind an activation's coefficients: back through choices, joins and affine steps to a
/// gate, through linear steps to ReLU or a curve, and through linear steps again to the mean of the activation's own
/// input.
struct HyperFinder {
  let draft: GraphDraft

  /// Most elements of a vector that is followed back: a matrix has its square.
  private static let maximumUnits = 4096

  /// A linear map of the vector `source`.
  private struct Layer {
    let source: String
    /// What its tensors are called.
    let label: String
    /// The tensors that it is, if it is just one layer.
    let own: (weight: String, bias: String?)?
    /// [outputs][inputs].
    let weight: [[Double]]
    let bias: [Double]
  }

  /// The hyper function for K slopes of M channels and as many intercepts; nil if it is another function.
  func find(_ x: String, _ rows: [Row], functions: Int, intercepts: Bool) -> HyperFunction? {
    let leaves = Set(rows.filter(\.moves).map(\.leaf))
    guard leaves.count == 1, let leaf = leaves.first,
      case .curve(let curve)? = draft[leaf].operation.activation?.coefficients,
      curve == .sigmoid || curve == .hardSigmoid, draft[leaf].operation.activation?.scales == nil,
      let second = layer(draft[leaf].inputs[0])
    else { return nil }
    let inner = draft[second.source]
    guard let between = innerCurve(inner), let first = layer(inner.inputs[0]), isMean(first.source, of: x),
      var hyper = residuals(rows, curve, functions: functions, kinds: intercepts ? 2 : 1)
    else { return nil }
    hyper.function.hidden = first.weight.count
    hyper.function.innerCurve = between.curve
    store(first, order: nil, weight: &hyper.function.weight1, bias: &hyper.function.bias1)
    let isInOrder = hyper.order == Array(0..<second.weight.count)
    store(
      second, order: isInOrder ? nil : hyper.order, weight: &hyper.function.weight2, bias: &hyper.function.bias2)
    return hyper.function
  }

  /// What can stand between the layers: ReLU (nil) or a curve.
  private func innerCurve(_ node: DraftNode) -> (curve: Curve?, Void)? {
    guard let activation = node.operation.activation, activation.upperBound == nil, activation.scales == nil else {
      return nil
    }
    switch activation.coefficients {
    case .curve(let curve): return (curve, ())
    case .constant([1, 0], [0, 0]): return (nil, ())
    default: return nil
    }
  }

  /// Whether a vector is the mean of x over its positions.
  private func isMean(_ name: String, of x: String) -> Bool {
    if name == x { return draft[x].shape.isVector }
    guard case .graph(.globalAveragePool) = draft[name].operation else { return false }
    return draft[name].inputs == [x]
  }

  /// The linear map that ends in a vector; nil if there is none.
  private func layer(_ name: String) -> Layer? {
    var (chain, source): ([DraftNode], String) = ([], name)
    var weights = 0
    loop: while true {
      let node = draft[source]
      switch node.operation {
      case .graph(.linear): weights += 1
      case .graph(.convolution(let options)):
        guard node.shape.isVector, draft[node.inputs[0]].shape.isVector, options.kernel == Extent2D(1),
          options.groups == 1
        else { break loop }
        weights += 1
      case .graph(.batchNormalization), .graph(.selectChannels): break
      default: break loop
      }
      chain.append(node)
      source = node.inputs[0]
    }
    guard weights > 0, let last = chain.first, chain.count <= 8,
      chain.allSatisfy({ draft[$0.inputs[0]].shape.channels <= Self.maximumUnits })
    else { return nil }
    if chain.count == 1, let names = names(last) {
      let (weight, bias) = matrix(last)
      return Layer(source: source, label: last.origin.label, own: names, weight: weight, bias: bias)
    }
    var (weight, bias): ([[Double]], [Double]) = ([], [])
    for node in chain.reversed() { (weight, bias) = applied(node, weight, bias) }
    let label = chain.first { names($0) != nil }?.origin.label ?? last.origin.label
    return Layer(source: source, label: label, own: nil, weight: weight, bias: bias)
  }

  private func names(_ node: DraftNode) -> (weight: String, bias: String?)? {
    switch node.operation {
    case .graph(.linear(let options)): (options.weight, options.bias)
    case .graph(.convolution(let options)): (options.weight, options.bias)
    default: nil
    }
  }

  private func matrix(_ node: DraftNode) -> (weight: [[Double]], bias: [Double]) {
    guard let names = names(node), let tensor = draft.tensors[names.weight] else { return ([], []) }
    let rows = tensor.shape[0]
    let columns = tensor.shape.dropFirst().reduce(1, *)
    let numbers = tensor.doubles
    let weight = (0..<rows).map { Array(numbers[$0 * columns..<($0 + 1) * columns]) }
    let bias = names.bias.flatMap { draft.tensors[$0]?.doubles } ?? [Double](repeating: 0, count: rows)
    return (weight, bias)
  }

  /// A step behind a linear map; behind nothing where that is empty.
  private func applied(
    _ node: DraftNode, _ weight: [[Double]], _ bias: [Double]
  ) -> (weight: [[Double]], bias: [Double]) {
    let size = draft[node.inputs[0]].shape.channels
    let inner = weight.isEmpty ? (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } } : weight
    let offset = bias.isEmpty ? [Double](repeating: 0, count: size) : bias
    switch node.operation {
    case .graph(.selectChannels(let channels)): return (channels.map { inner[$0] }, channels.map { offset[$0] })
    case .graph(.batchNormalization(let norm)):
      let (scale, shift) = draft.scaleAndShift(norm)
      return (
        inner.enumerated().map { row, values in values.map { $0 * scale[row] } },
        offset.enumerated().map { $1 * scale[$0] + shift[$0] }
      )
    default:
      let (own, added) = matrix(node)
      if weight.isEmpty { return (own, added) }
      var result = [[Double]](repeating: [Double](repeating: 0, count: inner[0].count), count: own.count)
      for row in own.indices {
        for (middle, factor) in own[row].enumerated() where factor != 0 {
          for column in inner[middle].indices { result[row][column] += factor * inner[middle][column] }
        }
      }
      let sums = own.indices.map { row in zip(own[row], offset).reduce(added[row]) { $0 + $1.0 * $1.1 } }
      return (result, sums)
    }
  }

  /// Keeps a layer's tensors, its rows in another order, and tells their names.
  private func store(_ layer: Layer, order: [Int]?, weight: inout String, bias: inout String) {
    let rows = order ?? Array(layer.weight.indices)
    let shape = [rows.count, layer.weight[0].count]
    if order == nil, let own = layer.own, let tensor = draft.tensors[own.weight], tensor.shape == shape {
      weight = own.weight
      if let name = own.bias {
        bias = name
        return
      }
    } else {
      let numbers = rows.flatMap { layer.weight[$0] }.map { Float($0) }
      weight = draft.store(
        DraftTensor(shape: shape, values: .numbers(numbers)), layer.own?.weight ?? "\(layer.label).weight")
    }
    bias = draft.store(
      DraftTensor(shape: [rows.count], values: .numbers(rows.map { Float(layer.bias[$0]) })),
      layer.own?.bias ?? "\(layer.label).bias")
  }

  /// Initial values, ranges and gate, and the gate's element behind each residual, coefficient by coefficient.
  private func residuals(
    _ rows: [Row], _ curve: Curve, functions: Int, kinds: Int
  ) -> (function: HyperFunction, order: [Int])? {
    let own = rows.count / (kinds * functions)
    func row(_ kind: Int, _ function: Int, _ channel: Int = 0) -> Row {
      rows[(kind * functions + function) * own + channel]
    }
    let isMoving = (0..<kinds).map { kind in (0..<functions).map { row(kind, $0).moves } }
    let dynamic = (0..<functions).count { function in isMoving.contains { $0[function] } }
    guard dynamic > 0 else { return nil }
    let hasIntercepts = kinds == 2 && isMoving[1].contains(true)
    let moving = hasIntercepts ? 2 : 1
    let isPlain =
      functions == 1 && !hasIntercepts && (0..<own).allSatisfy { abs(row(0, 0, $0).shift) < 1e-12 }
    let half = isPlain ? 0 : 0.5
    var function = HyperFunction(
      functions: functions, hidden: 1, dynamicFunctions: dynamic,
      gate: gate(curve, isPlain: isPlain), hasIntercepts: hasIntercepts, weight1: "", bias1: "", weight2: "", bias2: "")
    var ranges: [[Double]] = [[], []]
    var initial: [[Double]] = [[], [Double](repeating: 0, count: functions)]
    for kind in 0..<kinds {
      initial[kind] = []
      for one in 0..<functions {
        let channels = (0..<own).map { row(kind, one, $0) }
        let wanted = kind < moving && one < dynamic
        guard channels.allSatisfy({ $0.moves == wanted }) else { return nil }
        let starts = channels.map { $0.shift + half * $0.scale }
        guard Self.isUniform(starts) else { return nil }
        initial[kind].append(starts[0])
        if wanted { ranges[kind] += channels.map { (1 - half) * $0.scale } }
      }
      guard ranges[kind].isEmpty || Self.isUniform(ranges[kind]) else { return nil }
    }
    function.initialSlopes = initial[0].map(Self.plain)
    function.initialIntercepts = initial[1].map(Self.plain)
    function.slopeRange = Self.plain(ranges[0][0])
    if hasIntercepts { function.interceptRange = Self.plain(ranges[1][0]) }
    let order = (0..<moving).flatMap { kind in
      (0..<dynamic).flatMap { one in (0..<own).map { row(kind, one, $0).index } }
    }
    return (function, order)
  }

  private func gate(_ curve: Curve, isPlain: Bool) -> Gate {
    switch (curve, isPlain) {
    case (.sigmoid, true): .sigmoid
    case (.sigmoid, false): .symmetricSigmoid
    case (_, true): .hardSigmoid
    case (_, false): .symmetricHardSigmoid
    }
  }

  private static func isUniform(_ numbers: [Double]) -> Bool {
    numbers.allSatisfy { abs($0 - numbers[0]) <= 1e-6 * max(abs(numbers[0]), 1) }
  }

  /// Free of what double precision and 32-bit constants leave in the last digits.
  static func plain(_ number: Double) -> Float {
    let digits = 1e7
    let rounded = (number * digits).rounded() / digits
    return abs(rounded - number) < 2e-8 * max(1, abs(number)) ? Float(rounded) : Float(number)
  }
}
