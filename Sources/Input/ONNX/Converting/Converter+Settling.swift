import Networks
import Tensors

/// Maps whose rows or columns come out of channels, or the other way round.
extension Converter {
  /// A value of another map's rows, columns and channels as a node of its own, so that an activation behind it shows
  /// its map; what only orders the three otherwise, as channels-last files do, stays the other map's.
  func settled(_ operand: Operand, _ call: Call) throws(ONNXProblem) -> Operand {
    guard case .value(let value) = operand, value.isMixed, let extents = FeatureShape(tensor: value.shape),
      let node = try moved(value, value.index.elements, extents, call)
    else { return operand }
    return .value(Value(whole: node, extents, shape: value.shape))
  }
}

extension Value {
  /// Whether it is all of a map, and one of its dimensions goes along the map's channels and its rows or columns.
  fileprivate var isMixed: Bool {
    guard shape.count == 4, shape[0] == 1, let places, isPermutation else { return false }
    let strides = NDArray<Int>.strides(of: shape)
    func parts(_ place: Int32) -> [Int] {
      [Int(place) / positions, Int(place) % positions / extents.width, Int(place) % extents.width]
    }
    let first = parts(places[0])
    return (1..<4).contains { dimension in
      var varying: Set<Int> = []
      for index in 0..<shape[dimension] {
        for (part, (own, other)) in zip(parts(places[index * strides[dimension]]), first).enumerated()
        where own != other {
          varying.insert(part)
        }
      }
      return varying.contains(0) && varying.count > 1
    }
  }
}
