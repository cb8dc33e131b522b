import Networks
import Tensors

/// Tensors behind each other.
extension Converters {
  static let joins: [String: Conversion] = [
    "Concat": { converter, call throws(ONNXProblem) in
      var parts: [Operand] = []
      for index in call.inputs.indices { parts.append(try call.operand(index)) }
      return [.value(try converter.join(parts, call))]
    },
    "DepthToSpace": { converter, call throws(ONNXProblem) in
      let block = try call.integer("blocksize") ?? 1
      let shape = try call.operand().shape
      guard shape.count == 4, 1...64 ~= block, shape[1] % (block * block) == 0 else {
        throw call.problem("rearranges a tensor of shape \(shape) by \(block)")
      }
      let channels = shape[1] / block / block
      let isColumnFirst = try call.text("mode") == "CRD"
      let inner = isColumnFirst ? [shape[0], channels, block, block] : [shape[0], block, block, channels]
      let order = isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
      let outer = [shape[0], channels, shape[2] * block, shape[3] * block]
      return [try converter.settled(call.rearranged(inner + shape[2...], order, outer), call)]
    },
    "SpaceToDepth": { converter, call throws(ONNXProblem) in
      let block = try call.integer("blocksize") ?? 1
      let shape = try call.operand().shape
      guard shape.count == 4, 1...64 ~= block, shape[2] % block == 0, shape[3] % block == 0 else {
        throw call.problem("rearranges a tensor of shape \(shape) by \(block)")
      }
      let (height, width) = (shape[2] / block, shape[3] / block)
      let moved = try call.rearranged(
        [shape[0], shape[1], height, block, width, block],
        call.text("mode") == "CRD" ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4],
        [shape[0], shape[1] * block * block, height, width])
      return [try converter.settled(moved, call)]
    },
  ]
}

extension Call {
  /// The first input in one shape, its dimensions in another order, and in a shape again.
  fileprivate func rearranged(_ inner: [Int], _ order: [Int], _ outer: [Int]) throws(ONNXProblem) -> Operand {
    let changes: [Layout.Change] = [.reshape(inner), .transpose(order), .reshape(outer)]
    var operand = try operand()
    for change in changes { operand = try change.apply(to: operand) }
    return operand
  }
}

extension Converter {
  private static let maximumInputs = 64

  /// The nodes' maps are put behind each other along the channels; the places say where each element went.
  fileprivate func join(_ operands: [Operand], _ call: Call) throws(ONNXProblem) -> Value {
    guard
      let beside = operands.lazy.compactMap({ if case .value(let value) = $0 { value } else { nil } }).first
    else { throw call.problem("takes constants only") }
    let rank = beside.shape.count
    let dimension = try call.dimension(call.integer("axis") ?? 1, rank: rank)
    var parts: [Value] = []
    for operand in operands where operand.count > 0 {
      let shape = operand.shape
      guard shape.count == rank,
        shape.indices.allSatisfy({ $0 == dimension || shape[$0] == beside.shape[$0] })
      else { throw call.problem("joins shapes \(operands.map(\.shape))") }
      switch operand {
      case .value(let value): parts.append(value)
      case .constant(let constant): parts.append(try value(constant, beside: beside, call))
      }
    }
    if parts.contains(where: { $0.node != parts[0].node || !isChoice($0) }) {
      parts = try parts.map { part throws(ONNXProblem) in
        part.isPermutation || FeatureShape(tensor: part.shape) == nil ? part : try wholeMap(part, call)
      }
    }
    let size = parts[0].extents.size
    let isPlain = parts.allSatisfy { $0.places == nil && $0.shape.count == 4 }
    if isPlain && dimension > 1 && Set(parts.map(\.node)).count > 1
      || parts.contains(where: { $0.extents.size != size })
    {
      return try joinedAlong(parts, dimension, call)
    }
    var offsets: [String: Int] = [:]
    var sources: [String] = []
    var channels = 0
    for part in parts where offsets[part.node] == nil {
      offsets[part.node] = channels * part.positions
      sources.append(part.node)
      channels += part.extents.channels
    }
    let node = try joined(sources, .channels, call)
    let arrays = parts.map { part in part.index.map { $0 + Int32(offsets[part.node] ?? 0) } }
    return Value(whole: node, draft[node].shape).placed(NDArray.joined(arrays, dimension))
  }

  /// Maps behind each other along any axis, each a node's whole map.
  private func joinedAlong(_ parts: [Value], _ dimension: Int, _ call: Call) throws(ONNXProblem) -> Value {
    let (rank, axes) = (parts[0].shape.count, [MapAxis.channels, .rows, .columns])
    guard 3...4 ~= rank, dimension > 0 else {
      throw call.problem("joins maps of different sizes: \(parts.map(\.shape))")
    }
    let nodes = try parts.map { part throws(ONNXProblem) in
      try exactMap(part.reshaped(part.shape + [Int](repeating: 1, count: 4 - rank)), call).node
    }
    let node = try joined(nodes, axes[dimension - 1], call)
    let result = Value(whole: node, draft[node].shape)
    return result.reshaped(Array(result.shape.prefix(rank)))
  }

  /// One node for all; nodes of nodes where there are too many.
  private func joined(_ names: [String], _ axis: MapAxis, _ call: Call) throws(ONNXProblem) -> String {
    var names = names
    while names.count > 1 {
      let node = try add(.concatenate(axis), Array(names.prefix(Self.maximumInputs)), call).node
      names = [node] + names.dropFirst(Self.maximumInputs)
    }
    return names[0]
  }

  /// Whether a part is some elements of a vector, or whole channels in order.
  private func isChoice(_ part: Value) -> Bool {
    guard !part.extents.isVector, !part.isPermutation, let extents = FeatureShape(tensor: part.shape) else {
      return true
    }
    return Places.channels(part.index.elements, size: extents.positions, of: part.extents) != nil
  }

  /// A constant beside vectors: 0 times an element of theirs, plus the constant. Beside maps it has one number for each
  /// channel.
  private func value(_ constant: Constant, beside: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard beside.extents.isVector else {
      guard beside.shape.count == 4, constant.shape.count == 4 else {
        throw call.problem("joins a map with a constant of shape \(constant.shape)")
      }
      let first = beside.placed(beside.index.sliced(1, start: 0, step: 1, count: 1))
      guard broadcast([first.shape, constant.shape]) == constant.shape else {
        throw call.problem("joins \(beside.shape) with a constant of shape \(constant.shape)")
      }
      let channels = first.placed(first.index.expanded(constant.shape))
      return try filled(constant.array, like: wholeMap(channels, call), call)
    }
    let zeros = [Int](repeating: 0, count: constant.count)
    let vector = try Value(whole: select(beside, zeros, call), FeatureShape(height: 1, width: 1, channels: zeros.count))
    return try affine(vector.reshaped(constant.shape), scale: .number(0), shift: constant.array, call)
  }
}
