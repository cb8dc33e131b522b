import Networks
import Tensors

/// One element of a vector as `scale * leaf[index] + shift`; a scale of 0 stands for a number.
struct Row: Equatable {
  /// The node whose element it is.
  var leaf: String
  /// The element.
  var index: Int
  var scale: Double
  var shift: Double

  /// A number.
  init(_ number: Double) { (leaf, index, scale, shift) = ("", 0, 0, number) }

  /// An element of a node as it is.
  init(leaf: String, index: Int) { (self.leaf, self.index, scale, shift) = (leaf, index, 1, 0) }

  /// Whether it is no number.
  var moves: Bool { scale != 0 }

  /// a x + b.
  func scaled(_ a: Double, _ b: Double) -> Row {
    var row = self
    (row.scale, row.shift) = (scale * a, shift * a + b)
    return row
  }

  /// Whether two are the same element or number.
  func isSame(as other: Row) -> Bool {
    moves || other.moves ? self == other : shift == other.shift
  }
}

extension GraphDraft {
  /// Most nodes that are looked through, one behind the other.
  static let maximumDepth = 128

  /// A vector's elements, traced back through everything that treats each by itself.
  func rows(_ name: String, depth: Int = 0) -> [Row] {
    let node = self[name]
    switch node.operation {
    case _ where depth >= Self.maximumDepth: return (0..<node.shape.channels).map { Row(leaf: name, index: $0) }
    case .graph(.selectChannels(let channels)):
      let inner = rows(node.inputs[0], depth: depth + 1)
      return channels.map { inner[$0] }
    case .graph(.concatenate(.channels)): return node.inputs.flatMap { rows($0, depth: depth + 1) }
    case .graph(.batchNormalization(let norm)):
      let (scale, shift) = scaleAndShift(norm)
      return rows(node.inputs[0], depth: depth + 1).enumerated().map { $1.scaled(scale[$0], shift[$0]) }
    default: return (0..<node.shape.channels).map { Row(leaf: name, index: $0) }
    }
  }
}

/// Makes vectors of rows: nodes that stand before a given one.
struct Vectors {
  let draft: GraphDraft
  /// The node that they stand before.
  let before: String

  /// Appends a node.
  func add(_ operation: DraftOperation, _ inputs: [String], channels: Int) -> String {
    add(operation, inputs, FeatureShape(height: 1, width: 1, channels: channels))
  }

  /// Appends a node.
  func add(_ operation: DraftOperation, _ inputs: [String], _ shape: FeatureShape) -> String {
    var origin = draft[before].origin
    origin.label += ".coefficients"
    return draft.add(operation, inputs, shape, origin: origin, before: before)
  }

  /// A vector of these elements, some of which are no numbers.
  func node(_ rows: [Row]) -> String {
    guard let first = rows.first(where: \.moves) else { preconditionFailure("a vector of numbers alone") }
    var (sources, offsets, total): ([String], [String: Int], Int) = ([], [:], 0)
    let leaves = rows.map { $0.moves ? $0.leaf : first.leaf }
    for leaf in leaves where offsets[leaf] == nil {
      sources.append(leaf)
      offsets[leaf] = total
      total += draft[leaf].shape.channels
    }
    var name = sources[0]
    while sources.count > 1 {
      let part = Array(sources.prefix(64))
      name = add(.graph(.concatenate(.channels)), part, channels: part.reduce(0) { $0 + draft[$1].shape.channels })
      sources = [name] + sources.dropFirst(64)
    }
    let channels = zip(leaves, rows).map { (offsets[$0] ?? 0) + ($1.moves ? $1.index : 0) }
    if channels != Array(0..<total) {
      name = add(.graph(.selectChannels(channels)), [name], channels: channels.count)
    }
    if rows.allSatisfy({ $0.scale == 1 && $0.shift == 0 }) { return name }
    let label = draft.freeName("\(draft[before].origin.label).coefficients")
    let affine = draft.affine(rows.map(\.scale), rows.map(\.shift), label: label)
    return add(.graph(affine), [name], channels: rows.count)
  }

  /// Element by element.
  func sum(_ left: [Row], _ right: [Row]) -> [Row] {
    if zip(left, right).allSatisfy({ !$0.moves || !$1.moves }) {
      return zip(left, right).map { a, b in
        var row = a.moves ? a : b
        row.shift = a.shift + b.shift
        return row
      }
    }
    if zip(left, right).allSatisfy({ $0.leaf == $1.leaf && $0.index == $1.index }) {
      return zip(left, right).map { a, b in
        var row = a
        (row.scale, row.shift) = (a.scale + b.scale, a.shift + b.shift)
        return row
      }
    }
    return combined(.add, left, right)
  }

  /// Element by element.
  func product(_ left: [Row], _ right: [Row]) -> [Row] {
    for (one, other) in [(left, right), (right, left)] where !one.contains(where: \.moves) {
      return zip(one, other).map { $1.scaled($0.shift, 0) }
    }
    return combined(.multiply, left, right)
  }

  private func combined(_ operation: Operation, _ left: [Row], _ right: [Row]) -> [Row] {
    let node = add(.graph(operation), [node(left), node(right)], channels: left.count)
    return left.indices.map { Row(leaf: node, index: $0) }
  }
}
