import Networks
import Tensors

/// Normalisations by what a map itself holds.
extension Converters {
  static let normalizations: [String: Conversion] = [
    "LayerNormalization": { converter, call throws(ONNXProblem) in
      [.value(try converter.layerNormalization(call, isCentred: true))]
    },
    "RMSNormalization": { converter, call throws(ONNXProblem) in
      [.value(try converter.layerNormalization(call, isCentred: false))]
    },
    "InstanceNormalization": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      return [.value(try converter.groupNormalization(value, groups: value.shape.count > 1 ? value.shape[1] : 0, call))]
    },
    "GroupNormalization": { converter, call throws(ONNXProblem) in
      [.value(try converter.groupNormalization(call.value(), groups: call.integer("num_groups") ?? 0, call))]
    },
    "MeanVarianceNormalization": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      let axes = try call.dimensions("axes", input: 99, rank: value.shape.count) ?? [0, 2, 3]
      return [.value(try converter.normalize(value, over: axes, epsilon: 1e-9, call))]
    },
    "LpNormalization": { converter, call throws(ONNXProblem) in
      guard try call.integer("p") ?? 2 == 2 else { throw call.problem("is covered for p = 2") }
      let value = try call.value()
      let axis = try call.dimension(call.integer("axis") ?? -1, rank: value.shape.count)
      // x / sqrt(sum of x²) is x / sqrt(mean of x²) over the root of their number.
      let root = try converter.normalize(value, over: [axis], isCentred: false, epsilon: 1e-24, call)
      let factor = 1 / Double(value.shape[axis]).squareRoot()
      return [.value(try converter.affine(root, scale: .number(factor), shift: .number(0), call))]
    },
  ]
}

extension Converter {
  fileprivate func layerNormalization(_ call: Call, isCentred: Bool) throws(ONNXProblem) -> Value {
    let value = try call.value()
    let axis = try call.dimension(call.integer("axis") ?? -1, rank: value.shape.count)
    let scales = (try call.optionalConstant(1, "scale"), try call.optionalConstant(2, "shift"))
    guard
      [scales.0, scales.1].allSatisfy({ constant in
        constant.map { broadcast([value.shape, $0.shape]) == value.shape } ?? true
      })
    else { throw call.problem("has a scale or a shift that does not fit the shape \(value.shape)") }
    return try normalize(
      value, over: Array(axis..<value.shape.count), isCentred: isCentred, epsilon: call.float("epsilon") ?? 1e-5,
      scales: (scales.0, scales.1, nil), call)
  }

  /// Over all positions of groups of neighbouring channels, those along the second dimension.
  fileprivate func groupNormalization(_ value: Value, groups: Int, _ call: Call) throws(ONNXProblem) -> Value {
    guard value.shape.count > 1, value.shape[0] == 1, groups > 0, value.shape[1] % groups == 0 else {
      throw call.problem("makes \(groups) groups of a tensor of shape \(value.shape)")
    }
    let channels = value.shape[1]
    let scales = [try call.constant(1, "scale"), try call.constant(2, "shift")]
    // Before opset 21 GroupNormalization has a scale for each group.
    guard scales.allSatisfy({ $0.shape == [channels] || $0.shape == [groups] }) else {
      throw call.problem("has a scale or a shift of \(scales.map(\.shape)), but one for each channel is expected")
    }
    let grouped = value.reshaped([groups, value.count / groups])
    let tail = [Int](repeating: 1, count: value.shape.count - 2)
    let result = try normalize(
      grouped, over: [1], epsilon: call.float("epsilon") ?? 1e-5,
      scales: (
        scales[0], scales[1],
        { numbers in
          let each = channels / numbers.elements.count
          let repeated = numbers.elements.flatMap { [Double](repeating: $0, count: each) }
          return NDArray(shape: [channels] + tail, repeated).expanded(value.shape).reshaped(grouped.shape)
        }
      ), call)
    return result.reshaped(value.shape)
  }

  /// The elements along some dimensions with mean 0 and variance 1, or with a mean square of 1, times a scale, plus a
  /// shift.
  ///
  /// - Parameter scales: both, and what makes of them what meets the value where that is not so already.
  func normalize(
    _ value: Value, over dimensions: [Int], isCentred: Bool = true, epsilon: Double,
    scales: (scale: Constant?, shift: Constant?, laidOut: ((NDArray<Double>) -> NDArray<Double>)?) = (nil, nil, nil),
    _ call: Call
  ) throws(ONNXProblem) -> Value {
    let laidOut = (scales.scale?.array, scales.shift?.array)
    let factors = (laidOut.0.map { scales.laidOut?($0) ?? $0 }, laidOut.1.map { scales.laidOut?($0) ?? $0 })
    var value = try compact(value, call)
    var kind = kind(of: value, over: dimensions, isCentred: isCentred)
    let former = value
    if kind == nil {
      value = try channels(value, of: dimensions, call)
      kind = .layer(isCentred: isCentred)
    }
    guard let kind else { preconditionFailure("some kind was found") }
    for factor in [factors.0, factors.1] {
      // Scales that vary over positions are maps of their own.
      guard let factor, try perChannel(factor, value, value.shape, call) == nil else { continue }
      let plain = try normalize(former, over: dimensions, isCentred: isCentred, epsilon: epsilon, call)
      return try affine(plain, scale: factors.0 ?? .number(1), shift: factors.1 ?? .number(0), call)
    }
    let label = scales.scale.map(label) ?? origin.label
    func stored(_ constant: Constant?, _ neutral: Double, _ role: String) throws(ONNXProblem) -> String? {
      guard let constant else { return nil }
      let own = constant.array
      guard let numbers = try perChannel(scales.laidOut?(own) ?? own, value, value.shape, call) else { return nil }
      if numbers.allSatisfy({ $0 == neutral }) { return nil }
      if constant.shape == [numbers.count], own.elements == numbers { return store(constant, label, role) }
      return draft.store(
        DraftTensor(shape: [numbers.count], values: .numbers(numbers.map { Float($0) })), "\(label).\(role)")
    }
    let normalization = Normalization(
      kind, epsilon: Float(epsilon), weight: try stored(scales.scale, 1, "weight"),
      bias: try stored(scales.shift, 0, "bias"))
    let node = try add(.normalization(normalization), [value.node], call, label: label)
    let result = Value(node: node.node, extents: value.extents, shape: value.shape, places: value.places)
    return value.node == former.node ? result : try turnedBack(result, as: former, call)
  }

  /// A value whose node's channels are the elements along some dimensions, and whose positions are all others.
  func channels(_ value: Value, of dimensions: [Int], _ call: Call) throws(ONNXProblem) -> Value {
    let kept = value.shape.indices.filter { !dimensions.contains($0) }
    let size = dimensions.reduce(1) { $0 * value.shape[$1] }
    let order = dimensions.sorted() + kept
    let places = value.index.transposed(order)
    let columns = kept.last.map { value.shape[$0] } ?? 1
    let extents = FeatureShape(height: value.count / size / columns, width: columns, channels: size)
    guard let node = try moved(value, places.elements, extents, call) else {
      throw call.problem("takes elements together in an order that no node gives")
    }
    let result = Value(whole: node, extents, shape: places.shape)
    let back = value.shape.indices.map { dimension in order.firstIndex(of: dimension) ?? 0 }
    return result.placed(result.index.transposed(back))
  }

  /// What was computed of a map that was turned for it, as the map was before: an activation behind it shows its rows
  /// and channels as those that they are.
  func turnedBack(_ value: Value, as former: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard value.count == former.extents.count else { return value }
    var places = [Int32](repeating: 0, count: value.count)
    for (place, own) in zip(former.index.elements, value.index.elements) { places[Int(place)] = own }
    guard let node = try moved(value, places, former.extents, call) else { return value }
    return Value(node: node, extents: former.extents, shape: former.shape, places: former.places)
  }

  /// What the elements along some dimensions are: the channels of each position, or all positions of neighbouring
  /// channels; nil if they are something else.
  private func kind(of value: Value, over dimensions: [Int], isCentred: Bool) -> Normalization.Kind? {
    let kept = value.shape.indices.filter { !dimensions.contains($0) }
    let size = dimensions.reduce(1) { $0 * value.shape[$1] }
    let places = value.index.transposed(kept + dimensions.sorted()).elements
    let (positions, channels) = (value.positions, value.extents.channels)
    let starts = stride(from: 0, to: places.count, by: max(size, 1))
    let isOfPositions = starts.allSatisfy { start in
      places[start..<start + size].allSatisfy { Int($0) % positions == Int(places[start]) % positions }
    }
    if size == channels, isOfPositions { return .layer(isCentred: isCentred) }
    let isOfNeighbours =
      size % positions == 0
      && starts.allSatisfy { start in
        places[start..<start + size].allSatisfy { Int($0) / size == Int(places[start]) / size }
      }
    return isCentred && isOfNeighbours ? .group(places.count / size) : nil
  }
}
