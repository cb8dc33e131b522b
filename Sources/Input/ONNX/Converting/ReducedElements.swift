/// What becomes of the elements that are reduced together.
enum Reduction {
  case mean, sum, maximum, minimum
}

/// The dimensions over which a tensor is reduced.
struct ReducedDimensions {
  /// In order.
  let dimensions: [Int]
  /// Whether they stay, with an extent of 1.
  let keeps: Bool

  init(_ dimensions: [Int], keeps: Bool) { (self.dimensions, self.keeps) = (dimensions, keeps) }

  /// What a call says of its first input.
  init(_ call: Call) throws(ONNXProblem) {
    let rank = try call.operand().shape.count
    var given = try call.dimensions("axes", input: 1, rank: rank) ?? []
    if given.isEmpty, try call.integer("noop_with_empty_axes") ?? 0 == 0 { given = Array(0..<rank) }
    dimensions = Set(given).sorted()
    keeps = try call.integer("keepdims") ?? 1 != 0
  }
}

/// The elements of a tensor that are reduced together.
struct ReducedGroups {
  /// Places, those of one result behind each other.
  let places: [Int32]
  /// Elements of each result.
  let size: Int
  /// Results.
  var count: Int { places.count / size }
  /// The result's shape.
  let shape: [Int]

  init(_ value: Value, _ reduced: ReducedDimensions) {
    let (rank, dimensions, keeps) = (value.shape.count, reduced.dimensions, reduced.keeps)
    let kept = (0..<rank).filter { !dimensions.contains($0) }
    places = value.index.transposed(kept + dimensions).elements
    size = max(1, dimensions.reduce(1) { $0 * value.shape[$1] })
    shape = (0..<rank).compactMap { dimensions.contains($0) ? (keeps ? 1 : nil) : value.shape[$0] }
  }

  private init(places: [Int32], size: Int, shape: [Int]) {
    (self.places, self.size, self.shape) = (places, size, shape)
  }

  /// The same of a map's channels where each result is made of whole ones; nil where one is not.
  func ofChannels(positions: Int) -> ReducedGroups? {
    guard size > positions, positions > 1, size % positions == 0 else { return nil }
    var channels: [Int32] = []
    for result in 0..<count {
      let sorted = self[result].sorted()
      guard sorted.indices.allSatisfy({ Int(sorted[$0]) % positions == $0 % positions }) else { return nil }
      channels += stride(from: 0, to: size, by: positions).map { sorted[$0] / Int32(positions) }
    }
    return ReducedGroups(places: channels, size: size / positions, shape: shape)
  }

  subscript(result: Int) -> ArraySlice<Int32> { places[result * size..<(result + 1) * size] }
}
