import Networks
import Tensors

/// Sums and products: of two values, or of one with constants.
extension Converter {
  /// `first` a + `second` b, each a value or a constant, one of them a value.
  func sum(
    _ left: Operand, _ first: Double, _ right: Operand, _ second: Double, _ call: Call
  ) throws(ONNXProblem) -> Value {
    switch (left, right) {
    case (.value(let left), .value(let right)):
      let a = first == 1 ? left : try affine(left, scale: .number(first), shift: .number(0), call)
      let b = second == 1 ? right : try affine(right, scale: .number(second), shift: .number(0), call)
      return try combine(.add, a, b, call)
    case (.value(let left), .constant(let right)):
      return try affine(left, scale: .number(first), shift: .scaled(right.array, second), call)
    case (.constant(let left), .value(let right)):
      return try affine(right, scale: .number(second), shift: .scaled(left.array, first), call)
    case (.constant, .constant): throw call.problem("takes constants only")
    }
  }

  /// a b.
  func product(_ left: Operand, _ right: Operand, _ call: Call) throws(ONNXProblem) -> Value {
    switch (left, right) {
    case (.value(let left), .value(let right)): return try combine(.multiply, left, right, call)
    case (.value(let value), .constant(let constant)), (.constant(let constant), .value(let value)):
      return try affine(value, scale: .scaled(constant.array, 1), shift: .number(0), call)
    case (.constant, .constant): throw call.problem("takes constants only")
    }
  }

  /// scale x + shift, for constants that do not vary over a channel's positions: a batch normalisation, one for all
  /// that follow each other.
  func affine(
    _ value: Value, scale: NDArray<Double>, shift: NDArray<Double>, _ call: Call
  ) throws(ONNXProblem) -> Value {
    guard let shape = broadcast([value.shape, scale.shape, shift.shape]), Layout.isAllowed(shape) else {
      throw call.problem("combines shapes \(value.shape), \(scale.shape) and \(shift.shape)")
    }
    let laidOut = shape == value.shape ? value : value.placed(value.index.expanded(shape))
    let compact = try compact(laidOut, call)
    var weight = try perChannel(scale, compact, shape, call)
    var bias = try perChannel(shift, compact, shape, call)
    let (below, innerScale, innerShift) = plainAffine(compact.node)
    for channel in weight.indices {
      bias[channel] += weight[channel] * innerShift[channel]
      weight[channel] *= innerScale[channel]
    }
    if weight.allSatisfy({ abs($0 - 1) < 1e-9 }), bias.allSatisfy({ abs($0) < 1e-9 }) {
      return Value(node: below, extents: compact.extents, shape: shape, places: compact.places)
    }
    let operation = draft.affine(weight, bias, label: draft.freeName(origin.label))
    let node = try add(operation, [below], call)
    affines[node.node] = (below, weight, bias)
    return Value(node: node.node, extents: compact.extents, shape: shape, places: compact.places)
  }

  /// A node as scale x + shift of another one; every node is 1 times itself.
  func plainAffine(_ node: String) -> (below: String, scale: [Double], shift: [Double]) {
    if let known = affines[node] { return known }
    let channels = draft[node].shape.channels
    return (node, [Double](repeating: 1, count: channels), [Double](repeating: 0, count: channels))
  }

  /// `value` as scale x + shift with one scale and one shift for all channels; 1 and 0 if that cannot be.
  func uniform(_ value: Value) -> (inner: Value, scale: Double, shift: Double) {
    let (below, scale, shift) = plainAffine(value.node)
    guard scale.allSatisfy({ $0 == scale[0] }), shift.allSatisfy({ $0 == shift[0] }) else { return (value, 1, 0) }
    return (Value(node: below, extents: value.extents, shape: value.shape, places: value.places), scale[0], shift[0])
  }

  /// A constant that meets `value` in `shape`, as one number for each channel of its node.
  private func perChannel(
    _ constant: NDArray<Double>, _ value: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> [Double] {
    let channels = value.extents.channels
    let size = value.positions
    var numbers = [Double](repeating: 0, count: channels)
    if constant.elements.count == 1 {
      numbers = [Double](repeating: constant.elements[0], count: channels)
    } else {
      let full = constant.expanded(shape)
      var isSet = [Bool](repeating: false, count: channels)
      for (index, number) in full.elements.enumerated() {
        let channel = (value.places.map { Int($0[index]) } ?? index) / size
        guard !isSet[channel] || numbers[channel] == number else {
          throw call.problem("uses a constant that varies over positions; one number for each channel is covered")
        }
        (isSet[channel], numbers[channel]) = (true, number)
      }
    }
    guard numbers.allSatisfy(\.isFinite) else { throw call.problem("uses a constant that is not finite") }
    return numbers
  }

  /// How two values are combined.
  enum Combining: Equatable {
    case add, multiply, maximum
  }

  /// A node of two values whose shapes are broadcast against each other.
  func combine(_ how: Combining, _ left: Value, _ right: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard let shape = broadcast([left.shape, right.shape]), Layout.isAllowed(shape) else {
      throw call.problem("combines shapes \(left.shape) and \(right.shape)")
    }
    for (first, second) in [(left, right), (right, left)] {
      if let result = try aligned(how, first, second, shape, call) { return result }
    }
    if FeatureShape(tensor: shape) != nil {
      for (first, second) in [(left, right), (right, left)] where first.count == shape.reduce(1, *) {
        guard let whole = try? wholeMap(first, call) else { continue }
        if let result = try aligned(how, whole, second, shape, call) { return result }
      }
    }
    if let result = try paired(how, left, right, shape, call) { return result }
    throw call.problem("combines shapes \(left.shape) and \(right.shape) in a way that no node does")
  }

  private func node(_ how: Combining, _ inputs: [String], _ call: Call) throws(ONNXProblem) -> Value {
    switch how {
    case .add: return try add(.add, inputs, call)
    case .multiply: return try add(.multiply, inputs, call)
    case .maximum: return try add(.activation(.draft(functions: inputs.count, .maximum)), inputs, call)
    }
  }

  /// The node if `first` is a whole map and `second`, seen in its layout, fits it; nil if not.
  private func aligned(
    _ how: Combining, _ first: Value, _ second: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value? {
    guard first.count == shape.reduce(1, *), first.isPermutation else { return nil }
    var name: String?
    if first.places == nil, second.places == nil, first.extents == second.extents, second.shape == shape {
      name = second.node
    } else {
      let laidOut = second.index.expanded(shape).elements
      var places = laidOut
      if let order = first.places { for (at, place) in zip(order, laidOut) { places[Int(at)] = place } }
      name = try operand(second, places, of: first.extents.size, call)
    }
    guard var other = name else { return nil }
    if how == .maximum, draft[other].shape != first.extents {
      let zeros = try affine(
        Value(whole: first.node, first.extents), scale: .number(0), shift: .number(0), call)
      other = try add(.add, [zeros.node, other], call).node
    }
    let result = try node(how, [first.node, other], call)
    return Value(node: result.node, extents: first.extents, shape: shape, places: first.places)
  }

  /// The node that stands for `places` of [C, positions]: a map, one channel of a map, or a vector.
  private func operand(
    _ value: Value, _ places: [Int32], of map: Extent2D, _ call: Call
  ) throws(ONNXProblem) -> String? {
    let size = map.height * map.width
    let channels = places.count / size
    if map == value.extents.size {
      let row = Array(places[..<size])
      let isRepeated =
        channels > 1 && (0..<channels).allSatisfy { Array(places[$0 * size..<($0 + 1) * size]) == row }
      if let chosen = Places.channels(isRepeated && size > 1 ? row : places, size: size, of: value.extents) {
        return try select(value, chosen, call)
      }
    }
    guard value.extents.isVector else { return nil }
    var chosen: [Int] = []
    for channel in 0..<channels {
      let first = places[channel * size]
      guard places[channel * size..<(channel + 1) * size].allSatisfy({ $0 == first }) else { return nil }
      chosen.append(Int(first))
    }
    return try select(value, chosen, call)
  }

  /// The node that has a channel for each pair of channels that meet, as in x[:, None] * a[..., None, None]; nil if
  /// elements of different positions meet.
  private func paired(
    _ how: Combining, _ left: Value, _ right: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value? {
    let (first, second) = left.positions >= right.positions ? (left, right) : (right, left)
    let size = first.positions
    let isAlike = second.extents.size == first.extents.size
    guard isAlike || second.positions == 1 && how != .maximum else { return nil }
    let one = first.index.expanded(shape).elements
    let other = second.index.expanded(shape).elements
    var pairs: [Int] = []
    pairs.reserveCapacity(one.count)
    for (a, b) in zip(one, other) {
      if second.positions > 1, Int(a) % size != Int(b) % size { return nil }
      pairs.append(Int(a) / size * second.extents.channels + Int(b) / second.positions)
    }
    let unique = Set(pairs).sorted()
    guard unique.count <= GraphShapes.maximumExtent else { return nil }
    let rank = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
    let nodes = [
      try select(first, unique.map { $0 / second.extents.channels }, call),
      try select(second, unique.map { $0 % second.extents.channels }, call),
    ]
    let result = try node(how, nodes, call)
    let places = zip(one, pairs).map { Int32((rank[$1] ?? 0) * size + Int($0) % size) }
    return result.placed(NDArray(shape: shape, places))
  }
}

extension NDArray<Double> {
  /// One number.
  static func number(_ number: Double) -> NDArray { NDArray(shape: [], [number]) }

  /// Every element times a number.
  static func scaled(_ array: NDArray, _ factor: Double) -> NDArray { array.map { $0 * factor } }
}

extension Activation {
  /// An activation whose place in the network is found when all are known.
  static func draft(
    functions: Int, sharing: CoefficientSharing = .allChannels, _ coefficients: CoefficientSource,
    upperBound: Float? = nil
  ) -> Activation {
    Activation(
      functions: functions, sharing: sharing, coefficients: coefficients, upperBound: upperBound,
      place: SitePlace(block: 0, site: "A"))
  }
}

extension GraphDraft {
  /// scale x + shift as a batch normalisation with mean 0, variance 1 and epsilon 0.
  func affine(_ scale: [Double], _ shift: [Double], label: String) -> Operation {
    func store(_ numbers: [Double], _ role: String) -> String {
      self.store(DraftTensor(shape: [numbers.count], values: .numbers(numbers.map { Float($0) })), "\(label).\(role)")
    }
    let zeros = [Double](repeating: 0, count: scale.count)
    return .batchNormalization(
      BatchNormalization(
        weight: store(scale, "weight"), bias: store(shift, "bias"), mean: store(zeros, "mean"),
        variance: store(zeros.map { $0 + 1 }, "variance"), epsilon: 0))
  }
}
