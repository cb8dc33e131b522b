import Tensors

/// A tensor of the file while it is converted: known now, or computed from the image.
enum Operand {
  case constant(Constant)
  case value(Value)

  /// Extents, the batch of one included.
  var shape: [Int] {
    switch self {
    case .constant(let constant): constant.shape
    case .value(let value): value.shape
    }
  }

  /// Elements.
  var count: Int { shape.reduce(1, *) }
}

/// A tensor that does not depend on the image.
struct Constant {
  /// Extents, outermost first.
  let shape: [Int]
  /// Whether its elements are floating-point numbers; whole numbers and truth values are not.
  let isFloat: Bool
  /// The name of the initializer that it is, unchanged; empty for others.
  let name: String
  private let contents: Contents

  private enum Contents {
    case stored(StoredTensor)
    case numbers([Double])
  }

  /// A tensor of the file.
  init(_ tensor: StoredTensor) {
    (shape, isFloat, name, contents) = (tensor.shape, tensor.type.isFloat, tensor.name, .stored(tensor))
  }

  /// Numbers that were computed.
  init(_ array: NDArray<Double>, isFloat: Bool) {
    (shape, self.isFloat, name, contents) = (array.shape, isFloat, "", .numbers(array.elements))
  }

  /// Whole numbers in a row.
  init(integers: [Int]) { self.init(NDArray(shape: [integers.count], integers.map(Double.init)), isFloat: false) }

  private init(_ contents: Contents, _ shape: [Int], isFloat: Bool, name: String) {
    (self.shape, self.isFloat, self.name, self.contents) = (shape, isFloat, name, contents)
  }

  /// The same elements under the same name, in another shape of as many.
  func reshaped(_ shape: [Int]) -> Constant {
    switch contents {
    case .stored(let tensor):
      return Constant(.stored(tensor.reshaped(shape)), shape, isFloat: isFloat, name: name)
    case .numbers: return Constant(contents, shape, isFloat: isFloat, name: name)
    }
  }

  /// Elements.
  var count: Int { shape.reduce(1, *) }

  /// The elements in double precision, in which whole numbers are exact up to 2^53.
  var array: NDArray<Double> {
    switch contents {
    case .stored(let tensor): NDArray(shape: shape, tensor.numbers)
    case .numbers(let numbers): NDArray(shape: shape, numbers)
    }
  }

  /// The elements as whole numbers, those beyond the range at its end.
  var integers: [Int] {
    array.elements.map { $0.isNaN ? 0 : Int(max(-0x1p62, min(0x1p62, $0))) }
  }

  /// The one element of a tensor of one.
  var number: Double? { count == 1 ? array.elements[0] : nil }

  /// The elements as weights of a node.
  var weight: DraftTensor {
    switch contents {
    case .stored(let tensor): DraftTensor(shape: shape, values: .stored(tensor))
    case .numbers(let numbers): DraftTensor(shape: shape, values: .numbers(numbers.map { Float($0) }))
    }
  }
}

/// A tensor of one image that a node of the graph holds: elements of the node's map in some layout.
///
/// Whatever a file does to the layout is done to the places; only where a layer needs a map again is it read off which
/// channels those are.
struct Value {
  /// The node.
  let node: String
  /// The node's map.
  let extents: FeatureShape
  /// The tensor's own extents, the batch of one included.
  let shape: [Int]
  /// For each element its place in the map as [C, H, W]; nil for 0, 1, 2, ...
  let places: [Int32]?

  /// A node's value in its own order, as [1, C, H, W] or in another shape.
  init(whole node: String, _ extents: FeatureShape, shape: [Int]? = nil) {
    self.init(
      node: node, extents: extents, shape: shape ?? [1, extents.channels, extents.height, extents.width], places: nil)
  }

  init(node: String, extents: FeatureShape, shape: [Int], places: [Int32]?) {
    (self.node, self.extents, self.shape, self.places) = (node, extents, shape, places)
  }

  /// Elements of the tensor.
  var count: Int { shape.reduce(1, *) }

  /// Positions of the node's map.
  var positions: Int { extents.positions }

  /// The places, never nil.
  var index: NDArray<Int32> { NDArray(shape: shape, places ?? (0..<Int32(count)).map { $0 }) }

  /// Other elements of the same map.
  func placed(_ array: NDArray<Int32>) -> Value {
    let isWhole =
      array.elements.count == extents.count && zip(array.elements, Int32(0)...).allSatisfy { $0 == $1 }
    return Value(node: node, extents: extents, shape: array.shape, places: isWhole ? nil : array.elements)
  }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> Value { Value(node: node, extents: extents, shape: shape, places: places) }

  /// Whether the tensor holds each element of the map exactly once.
  var isPermutation: Bool {
    guard count == extents.count else { return false }
    guard let places else { return true }
    var seen = [Bool](repeating: false, count: count)
    for place in places {
      if seen[Int(place)] { return false }
      seen[Int(place)] = true
    }
    return true
  }
}

extension FeatureShape {
  /// The map that a tensor's shape stands for: [1, C, H, W], [1, C, L] or [1, C]; nil for other ranks.
  init?(tensor shape: [Int]) {
    guard (2...4).contains(shape.count), shape[0] == 1, shape.allSatisfy({ $0 > 0 }) else { return nil }
    let extents = shape[1...] + [1, 1]
    self.init(height: extents[2], width: extents[3], channels: extents[1])
  }

  /// Whether it has one position.
  var isVector: Bool { positions == 1 }
}
