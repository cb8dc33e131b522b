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
    "ReduceMin": { converter, call throws(ONNXProblem) in
      [.value(try converter.reduce(call, .minimum))]
    },
    "ReduceL1": { converter, call throws(ONNXProblem) in
      let sizes = try converter.lines(call.value(), [1, -1], call)
      return [.value(try converter.reduce(sizes, ReducedDimensions(call), .sum, call))]
    },
    "ReduceSumSquare": { converter, call throws(ONNXProblem) in
      [.value(try converter.sumOfSquares(call))]
    },
    "ReduceL2": { converter, call throws(ONNXProblem) in
      let sum = try Operand.value(converter.sumOfSquares(call))
      return [.value(try converter.pointwise(call, [sum], { $0[0].squareRoot() }, recipe: nil))]
    },
  ]
}

extension Converter {
  fileprivate func reduce(_ call: Call, _ reduction: Reduction) throws(ONNXProblem) -> Value {
    let (value, reduced) = (try call.value(), try ReducedDimensions(call))
    if reduction == .sum, let kernels = try sumOfKernels(value, reduced, call) { return kernels }
    return try reduce(value, reduced, reduction, call)
  }

  fileprivate func sumOfSquares(_ call: Call) throws(ONNXProblem) -> Value {
    let value = try call.value()
    return try reduce(combine(.multiply, value, value, call), ReducedDimensions(call), .sum, call)
  }

  /// The mean, the sum or the largest over some dimensions.
  func reduce(
    _ value: Value, _ reduced: ReducedDimensions, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let groups = ReducedGroups(value, reduced)
    if groups.size == 1 { return value.placed(NDArray(shape: groups.shape, groups.places)) }
    if let channels = groups.ofChannels(positions: value.positions) {
      let whole = Value(whole: value.node, value.extents)
      let pooled = try overWindows(whole, value.extents.size, reduction, call)
      return try total(self.reduce(pooled, channels, reduction, call), of: value.positions, reduction, call)
    }
    return try self.reduce(value, groups, reduction, call)
  }

  private func reduce(
    _ value: Value, _ groups: ReducedGroups, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value {
    if let pooled = try overPositions(value, groups, reduction, call) {
      return try total(pooled, of: groups.size, reduction, call)
    }
    let result =
      switch reduction {
      case .mean: try overChannels(value, groups, 1 / Double(groups.size), call)
      case .sum: try overChannels(value, groups, 1, call)
      case .maximum, .minimum: try extremeChannels(value, groups, reduction, call)
      }
    if let result { return result }
    return try overRows(value, groups, reduction, call)
  }

  /// The elements that are reduced together put below each other, and pooled.
  private func overRows(
    _ value: Value, _ groups: ReducedGroups, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let extents = FeatureShape(height: groups.size, width: groups.count, channels: 1)
    let turned = NDArray(shape: [groups.count, groups.size], groups.places).transposed([1, 0]).elements
    guard let node = try moved(value, turned, extents, call) else {
      throw call.problem(
        "reduces over something else than all positions, channels at each position, or rows and columns")
    }
    let source = Value(whole: node, extents)
    let column = Extent2D(height: groups.size, width: 1)
    let reduced = try overWindows(source, column, reduction, call).reshaped(groups.shape)
    return try total(reduced, of: groups.size, reduction, call)
  }

  /// The means, for a sum too, the largest or the smallest of windows that lie side by side.
  private func overWindows(
    _ source: Value, _ kernel: Extent2D, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value {
    switch reduction {
    case .mean, .sum: return try meanOverWindows(source, kernel, call)
    case .maximum: return try maximumOverWindows(source, kernel, call)
    case .minimum:
      let turned = try affine(source, scale: .number(-1), shift: .number(0), call)
      let largest = try maximumOverWindows(turned, kernel, call)
      return try affine(largest, scale: .number(-1), shift: .number(0), call)
    }
  }

  /// Sums of `count` from their means, where sums are wanted.
  private func total(
    _ pooled: Value, of count: Int, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value {
    reduction == .sum ? try affine(pooled, scale: .number(Double(count)), shift: .number(0), call) : pooled
  }

  /// The largest of some channels at each position, which is a Maxout, or the smallest; nil for others, and for more
  /// than 16.
  private func extremeChannels(
    _ value: Value, _ groups: ReducedGroups, _ reduction: Reduction, _ call: Call
  ) throws(ONNXProblem) -> Value? {
    guard groups.size <= 16 else { return nil }
    var nodes: [String] = []
    var order: [Int32]?
    for term in 0..<groups.size {
      let places = (0..<groups.count).map { groups.places[$0 * groups.size + term] }
      guard let part = channelMap(places, value.positions), order == nil || order == part.order else { return nil }
      order = part.order
      nodes.append(try select(value, part.channels, call))
    }
    var result = nodes[0]
    if reduction == .maximum {
      result = try add(.activation(.draft(functions: nodes.count, .maximum)), nodes, call).node
    } else {
      for node in nodes.dropFirst() { result = try add(.combine(.minimum), [result, node], call).node }
    }
    return Value(whole: result, draft[result].shape).placed(NDArray(shape: groups.shape, order ?? []))
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
    _ value: Value, _ groups: ReducedGroups, _ reduction: Reduction, _ call: Call
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
      let result = try overWindows(Value(whole: node, draft[node].shape), kernel, reduction, call)
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

  /// Sums of channels at each position: a 1x1 convolution of zeros and `weight`s; nil for other sums.
  private func overChannels(
    _ value: Value, _ groups: ReducedGroups, _ weight: Double, _ call: Call
  ) throws(ONNXProblem) -> Value? {
    let (channels, size) = (value.extents.channels, value.positions)
    var filters: [[Int]: Int] = [:]
    var rows: [[Int]] = []
    var order: [Int32] = []
    for result in 0..<groups.count {
      let places = groups[result].map(Int.init)
      let position = places[0] % size
      guard places.allSatisfy({ $0 % size == position }) else { return nil }
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
