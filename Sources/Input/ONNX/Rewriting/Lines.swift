import Networks
import Tensors

/// A map's channels, each as slope · x[channel] + intercept.
struct Line {
  /// -1 where x has no part.
  var channel: [Int]
  var slope: [Row]
  var intercept: [Row]

  /// Whether x has no part at all.
  var isVector: Bool { channel.allSatisfy { $0 < 0 } }

  /// Some channels.
  func chosen(_ channels: [Int]) -> Line {
    Line(
      channel: channels.map { channel[$0] }, slope: channels.map { slope[$0] },
      intercept: channels.map { intercept[$0] })
  }
}

/// Writes maps as lines in one map x: what x is multiplied with on the way, and what is added, are vectors, whose
/// elements are slopes and intercepts.
final class LineFinder {
  private let draft: GraphDraft
  private let x: String
  private let vectors: Vectors
  private var known: [String: Line?] = [:]
  /// Nodes on the way to the one at hand.
  private var depth = 0

  init(_ x: String, _ vectors: Vectors) { (draft, self.x, self.vectors) = (vectors.draft, x, vectors) }

  /// Whether a node keeps a map affine in x.
  static func keepsLines(_ node: DraftNode) -> Bool {
    switch node.operation {
    case .graph(.add), .graph(.multiply), .graph(.batchNormalization), .graph(.selectChannels),
      .graph(.concatenate(.channels)):
      true
    default: false
    }
  }

  /// A map, or a vector; nil if it is no line in x.
  func line(_ name: String) -> Line? {
    if let known = known[name] { return known }
    guard depth < GraphDraft.maximumDepth else { return nil }
    depth += 1
    defer { depth -= 1 }
    let line = found(name)
    known[name] = line
    return line
  }

  private func found(_ name: String) -> Line? {
    let node = draft[name]
    let count = node.shape.channels
    let zeros = [Row](repeating: Row(0), count: count)
    if name == x {
      return Line(channel: Array(0..<count), slope: [Row](repeating: Row(1), count: count), intercept: zeros)
    }
    var parts: [Line] = []
    if Self.keepsLines(node) {
      let all = node.inputs.map(line)
      parts = all.compactMap { $0 }
      if parts.count < all.count { parts = [] }
    }
    if parts.allSatisfy(\.isVector) {
      guard node.shape.isVector else { return nil }
      return Line(channel: zeros.map { _ in -1 }, slope: zeros, intercept: draft.rows(name))
    }
    return step(node, parts)
  }

  private func step(_ node: DraftNode, _ parts: [Line]) -> Line? {
    let first = parts[0]
    switch node.operation {
    case .graph(.selectChannels(let channels)): return first.chosen(channels)
    case .graph(.concatenate(.channels)):
      return Line(
        channel: parts.flatMap(\.channel), slope: parts.flatMap(\.slope), intercept: parts.flatMap(\.intercept))
    case .graph(.batchNormalization(let norm)):
      let (scale, shift) = draft.scaleAndShift(norm)
      return Line(
        channel: first.channel, slope: first.slope.enumerated().map { $1.scaled(scale[$0], 0) },
        intercept: first.intercept.enumerated().map { $1.scaled(scale[$0], shift[$0]) })
    default: break
    }
    var second = parts[1]
    if second.channel.count != first.channel.count {
      second = second.chosen([Int](repeating: 0, count: first.channel.count))
    }
    if case .graph(.add) = node.operation { return sum(first, second) }
    return product(first, second)
  }

  private func sum(_ first: Line, _ second: Line) -> Line? {
    let pairs = zip(first.channel, second.channel)
    guard pairs.allSatisfy({ $0 == $1 || $0 < 0 || $1 < 0 }) else { return nil }
    return Line(
      channel: pairs.map { max($0, $1) }, slope: vectors.sum(first.slope, second.slope),
      intercept: vectors.sum(first.intercept, second.intercept))
  }

  private func product(_ first: Line, _ second: Line) -> Line? {
    let (line, factor) = first.isVector ? (second, first) : (first, second)
    guard factor.isVector else { return nil }
    return Line(
      channel: line.channel, slope: vectors.product(line.slope, factor.intercept),
      intercept: vectors.product(line.intercept, factor.intercept))
  }
}

/// K lines in one map.
struct Lines {
  let x: String
  /// The channel of x that each channel's lines take.
  let channels: [Int]
  /// Slopes of all functions, then intercepts, [2][K][M]; M is 1 if all channels share them.
  let rows: [Row]
  /// Whether all channels have the same.
  let isShared: Bool

  /// Whether slopes and intercepts are numbers.
  var isConstant: Bool { !rows.contains(where: \.moves) }

  /// Maps that all of `maps` may be affine in, the latest first.
  static func candidates(_ draft: GraphDraft, _ maps: [String]) -> [String] {
    let size = draft[maps[0]].shape.size
    var common: Set<String>?
    for name in maps {
      var (found, left): (Set<String>, [String]) = ([], [name])
      while let one = left.popLast(), found.count < GraphDraft.maximumDepth {
        guard draft[one].shape.size == size, found.insert(one).inserted else { continue }
        if LineFinder.keepsLines(draft[one]) { left += draft[one].inputs }
      }
      common = common?.intersection(found) ?? found
    }
    return draft.order.reversed().filter { common?.contains($0) ?? false }
  }

  /// The maps as lines in x; nil if they are something else.
  init?(_ maps: [String], in x: String, _ vectors: Vectors) {
    let finder = LineFinder(x, vectors)
    let lines = maps.compactMap(finder.line)
    guard lines.count == maps.count, let first = lines.first else { return nil }
    var channels = first.channel
    for line in lines { channels = zip(channels, line.channel).map { max($0, $1) } }
    guard channels.allSatisfy({ $0 >= 0 }),
      lines.allSatisfy({ line in zip(line.channel, channels).allSatisfy { $0 < 0 || $0 == $1 } })
    else { return nil }
    let parts = lines.map(\.slope) + lines.map(\.intercept)
    let draft = vectors.draft
    if draft[x].shape.isVector {
      // x itself may be computed from the coefficients: then the two have changed places.
      let leaves = Set(parts.joined().filter(\.moves).map(\.leaf))
      guard leaves.isDisjoint(with: draft.ancestors(x)) else { return nil }
    }
    isShared = channels.count > 1 && parts.allSatisfy { part in part.allSatisfy { $0.isSame(as: part[0]) } }
    rows = isShared ? parts.map { $0[0] } : parts.flatMap { $0 }
    (self.x, self.channels) = (x, channels)
  }
}
