import Networks
import Tensors

/// Means, sums and maxima over dimensions.
extension Converters {
  static let reductions: [String: Conversion] = [
    "ReduceMean": { converter, call throws(ONNXProblem) in
      [.value(try converter.reduce(call, .mean))]
    },
    "ReduceSum": { converter, call throws(ONNXProblem) in
      [.value(try converter.reduce(call, .sum))]
    },
    "ReduceMax": { converter, call throws(ONNXProblem) in
      [.value(try converter.reduce(call, .maximum))]
    },
  ]
}

/// What becomes of the elements that are reduced together.
private enum Reduction {
  case mean, sum, maximum
}

/// The elements of a tensor that are reduced together.
private struct Groups {
  /// Places, those of one result behind each other.
  let places: [Int32]
  /// Elements of each result.
  let size: Int
  /// Results.
  var count: Int { places.count / size }
  /// The result's shape.
  let shape: [Int]

  init(_ value: Value, _ call: Call) throws(ONNXProblem) {
    let rank = value.shape.count
    var dimensions = try call.dimensions("axes", input: 1, rank: rank) ?? []
    dimensions = Set(dimensions).sorted()
    let keeps = try call.integer("keepdims") ?? 1 != 0
    if dimensions.isEmpty, try call.integer("noop_with_empty_axes") ?? 0 == 0 { dimensions = Array(0..<rank) }
    let kept = (0..<rank).filter { !dimensions.contains($0) }
    places = value.index.transposed(kept + dimensions).elements
    size = max(1, dimensions.reduce(1) { $0 * value.shape[$1] })
    shape = (0..<rank).compactMap { dimensions.contains($0) ? (keeps ? 1 : nil) : value.shape[$0] }
  }

  subscript(result: Int) -> ArraySlice<Int32> { places[result * size..<(result + 1) * size] }
}

extension Converter {
  fileprivate func reduce(_ call: Call, _ reduction: Reduction) throws(ONNXProblem) -> Value {
    let value = try call.value()
    let groups = try Groups(value, call)
    if groups.size == 1 { return value.placed(NDArray(shape: groups.shape, groups.places)) }
    if let pooled = try overPositions(value, groups, reduction, call) {
      return reduction == .sum
        ? try affine(pooled, scale: .number(Double(groups.size)), shift: .number(0), call) : pooled
    }
    switch reduction {
    case .mean: return try overChannels(value, groups, 1 / Double(groups.size), call)
    case .sum: return try overChannels(value, groups, 1, call)
    case .maximum: return try largestChannels(value, groups, call)
    }
  }

  /// The largest of some channels at each position: a Maxout.
  private func largestChannels(_ value: Value, _ groups: Groups, _ call: Call) throws(ONNXProblem) -> Value {
    guard groups.size <= 16 else {
      throw call.problem("takes the largest over something else than positions or up to 16 groups of channels")
    }
    var nodes: [String] = []
    var order: [Int32]?
    for term in 0..<groups.size {
      let places = (0..<groups.count).map { groups.places[$0 * groups.size + term] }
      guard let part = channelMap(places, value.positions), order == nil || order == part.order else {
        throw call.problem("compares values at different positions")
      }
      order = part.order
      nodes.append(try select(value, part.channels, call))
    }
    let result = try add(.activation(.draft(functions: nodes.count, .maximum)), nodes, call)
    return result.placed(NDArray(shape: groups.shape, order ?? []))
  }

  /// Places as elements of a map of chosen channels: the channels, and the order of its elements.
  private func channelMap(_ places: [Int32], _ size: Int) -> (channels: [Int], order: [Int32])? {
    let channels = Set(places.map { Int($0) / size }).sorted()
    guard places.count == channels.count * size else { return nil }
    let rank = Dictionary(uniqueKeysWithValues: channels.enumerated().map { ($1, $0) })
    return (channels, places.map { Int32((rank[Int($0) / size] ?? 0) * size + Int($0) % size) })
  }

  /// Pools whole maps, rows or columns of one channel; nil if the reduction is another one.
  private func overPositions(
    _ value: Value, _ groups: Groups, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value? {
    let map = value.extents
    let kernels = [map.size, Extent2D(height: map.height, width: 1), Extent2D(height: 1, width: map.width)]
    for kernel in kernels where kernel.height * kernel.width == groups.size {
      let steps = (0..<kernel.height).flatMap { row in (0..<kernel.width).map { row * map.width + $0 } }
      var starts: [Int] = []
      for result in 0..<groups.count {
        let sorted = groups[result].sorted()
        let first = Int(sorted[0])
        guard zip(sorted, steps).allSatisfy({ Int($0) == first + $1 }) else { break }
        let place = first % map.positions
        guard kernel.height < map.height || place < map.width, kernel.width < map.width || place % map.width == 0
        else { break }
        starts.append(first)
      }
      guard starts.count == groups.count else { continue }
      let used = Set(starts.map { $0 / map.positions }).sorted()
      let node = try select(value, used, call)
      let source = Value(whole: node, draft[node].shape)
      let result =
        try reduction == .maximum
        ? maximumOverWindows(source, kernel, call) : meanOverWindows(source, kernel, call)
      let rank = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
      let (rows, columns) = (map.height / kernel.height, map.width / kernel.width)
      let places = starts.map { start in
        let place = start % map.positions
        let along = place / map.width / kernel.height * columns + place % map.width / kernel.width
        return Int32((rank[start / map.positions] ?? 0) * rows * columns + along)
      }
      return result.placed(NDArray(shape: groups.shape, places))
    }
    return nil
  }

  /// Sums of channels at each position: a 1x1 convolution of zeros and `weight`s.
  private func overChannels(
    _ value: Value, _ groups: Groups, _ weight: Double, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let (channels, size) = (value.extents.channels, value.positions)
    var filters: [[Int]: Int] = [:]
    var rows: [[Int]] = []
    var order: [Int32] = []
    for result in 0..<groups.count {
      let places = groups[result].map(Int.init)
      let position = places[0] % size
      guard places.allSatisfy({ $0 % size == position }) else {
        throw call.problem("reduces over something else than all positions, or channels at each position")
      }
      let chosen = places.map { $0 / size }
      let row = filters[chosen] ?? rows.count
      if row == rows.count {
        filters[chosen] = row
        rows.append(chosen)
      }
      order.append(Int32(row * size + position))
    }
    guard rows.count * channels <= 1 << 26 else { throw call.problem("reduces over too many groups of channels") }
    var matrix = [Float](repeating: 0, count: rows.count * channels)
    for (row, chosen) in rows.enumerated() {
      for channel in chosen { matrix[row * channels + channel] += Float(weight) }
    }
    let name = draft.store(
      DraftTensor(shape: [rows.count, channels, 1, 1], values: .numbers(matrix)), "\(origin.label).weight")
    let convolution = Convolution(outChannels: rows.count, kernel: Extent2D(1), weight: name)
    let result = try add(.convolution(convolution), [value.node], call)
    return result.placed(NDArray(shape: groups.shape, order))
  }
}
