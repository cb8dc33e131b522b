/// An array of any rank in C order: the numbers of a constant, or the places of a tensor's elements in a node's map.
struct NDArray<Element> {
  /// Extents, outermost first; empty for one element.
  var shape: [Int]
  /// The elements.
  var elements: [Element]

  /// An array whose element count must be the product of `shape`.
  init(shape: [Int], _ elements: [Element]) {
    precondition(shape.reduce(1, *) == elements.count, "shape and element count differ")
    self.shape = shape
    self.elements = elements
  }

  /// Elements from one index to the next, for each dimension.
  var strides: [Int] { Self.strides(of: shape) }

  /// Elements from one index to the next of an array of `shape`.
  static func strides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for dimension in shape.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
    }
    return strides
  }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> NDArray { NDArray(shape: shape, elements) }

  /// The elements at `offset` plus each index times `strides`.
  func strided(_ shape: [Int], _ strides: [Int], offset: Int = 0) -> NDArray {
    let count = shape.reduce(1, *)
    guard count > 0 else { return NDArray(shape: shape, []) }
    guard let last = shape.last, let step = strides.last else { return NDArray(shape: [], [elements[offset]]) }
    var result: [Element] = []
    result.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count - 1)
    var start = offset
    while result.count < count {
      for position in 0..<last { result.append(elements[start + position * step]) }
      for dimension in index.indices.reversed() {
        index[dimension] += 1
        start += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        start -= strides[dimension] * shape[dimension]
        index[dimension] = 0
      }
    }
    return NDArray(shape: shape, result)
  }

  /// Dimension i of the result is dimension `order[i]`.
  func transposed(_ order: [Int]) -> NDArray {
    guard order != Array(order.indices) else { return self }
    let strides = self.strides
    return strided(order.map { shape[$0] }, order.map { strides[$0] })
  }

  /// Repeated along dimensions of extent 1, and along new ones in front, up to `shape`.
  func expanded(_ shape: [Int]) -> NDArray {
    guard shape != self.shape else { return self }
    let own = [Int](repeating: 1, count: shape.count - self.shape.count) + self.shape
    let strides = Self.strides(of: own)
    return strided(shape, zip(own, strides).map { $0 == 1 ? 0 : $1 })
  }

  /// Every `step`-th element along one dimension, `count` of them from `start` on.
  func sliced(_ dimension: Int, start: Int, step: Int, count: Int) -> NDArray {
    var (shape, strides) = (self.shape, self.strides)
    let offset = count > 0 ? start * strides[dimension] : 0
    shape[dimension] = count
    strides[dimension] *= step
    return strided(shape, strides, offset: offset)
  }

  /// The elements at some indices along one dimension, whose place the shape of `indices` takes.
  func gathered(_ dimension: Int, _ indices: NDArray<Int>) -> NDArray {
    let inner = shape[(dimension + 1)...].reduce(1, *)
    let outer = shape[..<dimension].reduce(1, *)
    var result: [Element] = []
    result.reserveCapacity(outer * indices.elements.count * inner)
    for row in 0..<outer {
      for index in indices.elements {
        let start = (row * shape[dimension] + index) * inner
        result += elements[start..<start + inner]
      }
    }
    return NDArray(shape: Array(shape[..<dimension]) + indices.shape + Array(shape[(dimension + 1)...]), result)
  }

  /// Arrays behind each other along one dimension; the others are alike.
  static func joined(_ parts: [NDArray], _ dimension: Int) -> NDArray {
    var shape = parts[0].shape
    shape[dimension] = parts.reduce(0) { $0 + $1.shape[dimension] }
    let outer = shape[..<dimension].reduce(1, *)
    var result: [Element] = []
    result.reserveCapacity(shape.reduce(1, *))
    for row in 0..<outer {
      for part in parts {
        let size = part.shape[dimension...].reduce(1, *)
        result += part.elements[row * size..<(row + 1) * size]
      }
    }
    return NDArray(shape: shape, result)
  }

  /// Every element changed by itself.
  func map<Other>(_ change: (Element) -> Other) -> NDArray<Other> {
    NDArray<Other>(shape: shape, elements.map(change))
  }
}

/// The shape that results where arrays meet element by element; nil where they do not fit.
func broadcast(_ shapes: [[Int]]) -> [Int]? {
  let rank = shapes.map(\.count).max() ?? 0
  var result = [Int](repeating: 1, count: rank)
  for shape in shapes {
    for (dimension, extent) in zip(rank - shape.count..<rank, shape) where extent != 1 {
      guard result[dimension] == 1 || result[dimension] == extent else { return nil }
      result[dimension] = extent
    }
  }
  return result
}
