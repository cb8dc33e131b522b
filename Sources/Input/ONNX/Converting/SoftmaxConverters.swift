import Networks
import Tensors

/// Shares of positions, of channels, or of the parts of a map's channels.
extension Converters {
  static let softmax: [String: Conversion] = [
    "Softmax": { converter, call throws(ONNXProblem) in
      let value = try call.value()
      let axis = try call.dimension(call.integer("axis") ?? (call.opset < 13 ? 1 : -1), rank: value.shape.count)
      guard call.opset < 13 else { return [.value(try converter.softmax(value, over: axis, call))] }
      // Before opset 13 it goes over all dimensions from the axis on.
      let flat = [value.shape[..<axis].reduce(1, *), value.shape[axis...].reduce(1, *)]
      return [.value(try converter.softmax(value.reshaped(flat), over: 1, call).reshaped(value.shape))]
    }
  ]
}

extension Converter {
  /// The elements along one dimension as shares that sum to 1.
  fileprivate func softmax(_ value: Value, over dimension: Int, _ call: Call) throws(ONNXProblem) -> Value {
    let value = try compact(value, call)
    let (size, rank, members) = (value.positions, value.shape.count, value.shape[dimension])
    let order = (0..<rank).filter { $0 != dimension } + [dimension]
    let places = value.index.transposed(order).elements.map(Int.init)
    let starts = stride(from: 0, to: places.count, by: members)
    if starts.allSatisfy({ start in (1..<members).allSatisfy { places[start + $0] % size == places[start] % size } }) {
      return try sharesOfChannels(value, starts.map { Array(places[$0..<$0 + members]) }, call)
    }
    let isOfPositions = starts.allSatisfy { start in
      (1..<members).allSatisfy { places[start + $0] / size == places[start] / size }
    }
    guard members == size, isOfPositions else {
      let shares = try softmax(channels(value, of: [dimension], call), over: dimension, call)
      return try turnedBack(shares, as: value, call)
    }
    let node = try add(.softmax(.positions), [value.node], call)
    return Value(node: node.node, extents: value.extents, shape: value.shape, places: value.places)
  }

  /// Sets of channels, which are the same at all positions: the parts of the map, in which a set's members have one
  /// place.
  private func sharesOfChannels(_ value: Value, _ sets: [[Int]], _ call: Call) throws(ONNXProblem) -> Value {
    let (size, channels) = (value.positions, value.extents.channels)
    var chosen = [[[Int]]](repeating: [], count: size)
    for set in sets { chosen[set[0] % size].append(set.map { $0 / size }.sorted()) }
    let first = chosen[0].sorted { $0[0] < $1[0] }
    guard chosen.allSatisfy({ $0.sorted { $0[0] < $1[0] } == first }) else {
      throw call.problem("shares over channels that differ between positions")
    }
    let members = first[0].count
    let order = (0..<members).flatMap { member in first.map { $0[member] } }
    let node = try select(value, order, call)
    let result = try add(.softmax(.channels(parts: members == channels ? nil : members)), [node], call)
    if node == value.node {
      return Value(node: result.node, extents: value.extents, shape: value.shape, places: value.places)
    }
    var rank = [Int](repeating: 0, count: channels)
    for (index, channel) in order.enumerated() { rank[channel] = index }
    return result.placed(value.index.map { Int32(rank[Int($0) / size] * size + Int($0) % size) })
  }
}
