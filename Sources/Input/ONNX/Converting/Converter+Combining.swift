import Functions
import Networks
import Tensors

/// Two values combined element by element.
extension Converter {
  /// Two values in the order in which they are looked at.
  private struct Pair {
    let function: BinaryFunction
    let first: Value
    let second: Value
    /// Whether the first is the function's second number.
    let isTurned: Bool

    /// Names in the function's order.
    func ordered(_ first: String, _ second: String) -> [String] {
      isTurned && !function.isSymmetric ? [second, first] : [first, second]
    }
  }

  /// A node of two values whose shapes are broadcast against each other.
  func combine(_ function: BinaryFunction, _ left: Value, _ right: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard let shape = broadcast([left.shape, right.shape]), Layout.isAllowed(shape) else {
      throw call.problem("combines shapes \(left.shape) and \(right.shape)")
    }
    let pairs = [
      Pair(function: function, first: left, second: right, isTurned: false),
      Pair(function: function, first: right, second: left, isTurned: true),
    ]
    for pair in pairs {
      if let result = try aligned(pair, shape, call) { return result }
    }
    if FeatureShape(tensor: shape) != nil {
      for pair in pairs where pair.first.count == shape.reduce(1, *) {
        guard let whole = try? wholeMap(pair.first, call) else { continue }
        let moved = Pair(function: function, first: whole, second: pair.second, isTurned: pair.isTurned)
        if let result = try aligned(moved, shape, call) { return result }
      }
    }
    if function.isSymmetric, let result = try paired(function, left, right, shape, call) { return result }
    if let result = try spread(function, left, right, shape, call) { return result }
    throw call.problem("combines shapes \(left.shape) and \(right.shape) in a way that no node does")
  }

  private func node(_ function: BinaryFunction, _ inputs: [String], _ call: Call) throws(ONNXProblem) -> Value {
    // The largest of maps is an activation.
    let operation =
      function == .maximum
      ? Operation.activation(.draft(functions: inputs.count, .maximum)) : .combine(function)
    return try add(operation, inputs, call)
  }

  /// The node if the first is a whole map and the second, seen in its layout, fits it; nil if not.
  private func aligned(_ pair: Pair, _ shape: [Int], _ call: Call) throws(ONNXProblem) -> Value? {
    let (first, second) = (pair.first, pair.second)
    guard first.count == shape.reduce(1, *), first.isPermutation else { return nil }
    var name: String?
    if first.places == nil, second.places == nil, first.extents == second.extents, second.shape == shape {
      name = second.node
    } else {
      let laidOut = second.index.expanded(shape).elements
      var places = laidOut
      if let order = first.places { for (at, place) in zip(order, laidOut) { places[Int(at)] = place } }
      name = try operand(second, places, of: first.extents, call)
    }
    guard var other = name else { return nil }
    if pair.function == .maximum, draft[other].shape != first.extents {
      let zeros = try affine(
        Value(whole: first.node, first.extents), scale: .number(0), shift: .number(0), call)
      other = try add(.add, [zeros.node, other], call).node
    }
    let result = try node(pair.function, pair.ordered(first.node, other), call)
    return Value(node: result.node, extents: first.extents, shape: shape, places: first.places)
  }

  /// The node that stands for `places` of [C, positions]: a map, a channel, row or column of one, or a vector.
  private func operand(
    _ value: Value, _ places: [Int32], of map: FeatureShape, _ call: Call
  ) throws(ONNXProblem) -> String? {
    let size = map.positions
    if map.size == value.extents.size {
      let row = Array(places[..<size])
      let isRepeated =
        map.channels > 1 && (0..<map.channels).allSatisfy { Array(places[$0 * size..<($0 + 1) * size]) == row }
      if let chosen = Places.channels(isRepeated && size > 1 ? row : places, size: size, of: value.extents) {
        return try select(value, chosen, call)
      }
    }
    if value.extents.isVector {
      let starts = stride(from: 0, to: places.count, by: size)
      if starts.allSatisfy({ start in places[start..<start + size].allSatisfy { $0 == places[start] } }) {
        return try select(value, starts.map { Int(places[$0]) }, call)
      }
    }
    return try movedOperand(value, NDArray(shape: [map.channels, map.height, map.width], places), call)
  }

  /// The node of other places: the map turned as it has to be, or a row, a column or one channel for all.
  private func movedOperand(
    _ value: Value, _ places: NDArray<Int32>, _ call: Call
  ) throws(ONNXProblem) -> String? {
    var places = places
    for dimension in 0..<3 where places.shape[dimension] > 1 {
      let first = places.sliced(dimension, start: 0, step: 1, count: 1)
      if first.expanded(places.shape).elements == places.elements { places = first }
    }
    let extents = FeatureShape(height: places.shape[1], width: places.shape[2], channels: places.shape[0])
    if extents == value.extents, zip(places.elements, Int32(0)...).allSatisfy({ $0 == $1 }) { return value.node }
    if let chosen = Places.channels(places.elements, size: extents.positions, of: value.extents),
      extents.size == value.extents.size
    {
      return try select(value, chosen, call)
    }
    return try moved(value, places.elements, extents, call)
  }

  /// The node that has a channel for each pair of channels that meet, as in x[:, None] * a[..., None, None]; nil if
  /// elements of different positions meet.
  private func paired(
    _ function: BinaryFunction, _ left: Value, _ right: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value? {
    let (first, second) = left.positions >= right.positions ? (left, right) : (right, left)
    let size = first.positions
    let isAlike = second.extents.size == first.extents.size
    guard isAlike || second.positions == 1 && function != .maximum else { return nil }
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
    let result = try node(function, nodes, call)
    let places = zip(one, pairs).map { Int32((rank[$1] ?? 0) * size + Int($0) % size) }
    return result.placed(NDArray(shape: shape, places))
  }

  /// The node that takes each of two maps along the axes in which it has one row, column or channel alone.
  private func spread(
    _ function: BinaryFunction, _ left: Value, _ right: Value, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value? {
    guard shape.count == 4, shape[0] == 1 else { return nil }
    var nodes: [String] = []
    for value in [left, right] {
      if function == .maximum {
        // A Maxout takes whole maps.
        nodes.append(try exactMap(value.placed(value.index.expanded(shape)), call).node)
        continue
      }
      let own = [Int](repeating: 1, count: 4 - value.shape.count) + value.shape
      nodes.append(try exactMap(value.reshaped(own), call).node)
    }
    let result = try node(function, nodes, call)
    return result.shape == shape ? result : nil
  }
}

extension BinaryFunction {
  /// Whether it gives the same for its numbers in either order.
  fileprivate var isSymmetric: Bool {
    switch self {
    case .add, .multiply, .minimum, .maximum: true
    case .divide, .greater, .greaterOrEqual, .keep, .drop: false
    }
  }
}
