import Networks
import Tensors

/// A value times constants, plus constants.
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
      if let kernels = try weightedKernels(value, constant, call) { return kernels }
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
    guard var weight = try perChannel(scale, compact, shape, call),
      var bias = try perChannel(shift, compact, shape, call)
    else { return try affineByMaps(laidOut, scale: scale, shift: shift, call) }
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

  /// The same for constants that vary over positions: maps of their own.
  private func affineByMaps(
    _ value: Value, scale: NDArray<Double>, shift: NDArray<Double>, _ call: Call
  ) throws(ONNXProblem) -> Value {
    var result = value
    if scale.elements.contains(where: { $0 != 1 }) {
      result =
        try scale.elements.count == 1
        ? affine(result, scale: scale, shift: .number(0), call)
        : combine(.multiply, result, constant(scale, call), call)
    }
    guard shift.elements.contains(where: { $0 != 0 }) else { return result }
    return try shift.elements.count == 1
      ? affine(result, scale: .number(1), shift: shift, call) : combine(.add, result, constant(shift, call), call)
  }

  /// A constant as a value: a layer on a vector of one 1, and that is whatever the image holds.
  private func constant(_ numbers: NDArray<Double>, _ call: Call) throws(ONNXProblem) -> Value {
    guard numbers.elements.allSatisfy(\.isFinite) else { throw call.problem("uses a constant that is not finite") }
    guard numbers.elements.count <= GraphShapes.maximumExtent else {
      throw call.problem(
        "uses a constant of shape \(numbers.shape) that varies over positions; up to \(GraphShapes.maximumExtent) numbers are covered"
      )
    }
    let mean = try select(add(.globalAveragePool, [draft.order[0]], call), [0], call)
    let zero = try add(.combine(.greater), [mean, mean], call)
    let one = try affine(zero, scale: .number(1), shift: .number(1), call)
    let weight = Constant(NDArray(shape: [numbers.elements.count, 1], numbers.elements), isFloat: true)
    let layer = Converters.Layer(weight: weight, matrix: nil, bias: nil)
    return try dense(one.node, layer, call).reshaped(numbers.shape)
  }

  /// A constant that meets `value` in `shape`, as one number for each channel of its node; nil if it varies over
  /// positions.
  func perChannel(
    _ constant: NDArray<Double>, _ value: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> [Double]? {
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
        guard !isSet[channel] || numbers[channel] == number else { return nil }
        (isSet[channel], numbers[channel]) = (true, number)
      }
    }
    guard numbers.allSatisfy(\.isFinite) else { throw call.problem("uses a constant that is not finite") }
    return numbers
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
