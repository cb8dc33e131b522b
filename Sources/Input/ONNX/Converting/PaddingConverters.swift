import Networks
import PlainText
import Tensors

/// Rows, columns and channels around maps.
extension Converters {
  static let padding: [String: Conversion] = [
    "Pad": { converter, call throws(ONNXProblem) in
      [.value(try converter.pad(call))]
    }
  ]
}

extension Converter {
  fileprivate func pad(_ call: Call) throws(ONNXProblem) -> Value {
    let mode = try call.text("mode") ?? "constant"
    var value = try call.value()
    guard let sides = try call.integers("pads", input: 1) else {
      throw call.problem("has no pads")
    }
    let rank = value.shape.count
    let axes = try call.dimensions("axes", input: 3, rank: rank) ?? Array(value.shape.indices)
    guard sides.count == 2 * axes.count, sides.allSatisfy({ abs($0) <= GraphShapes.maximumExtent }) else {
      throw call.problem("pads \(axes.count) dimensions by \(sides)")
    }
    var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    for (index, axis) in axes.enumerated() { (before[axis], after[axis]) = (sides[index], sides[axes.count + index]) }
    for axis in 0..<rank where before[axis] < 0 || after[axis] < 0 || mode != "constant" {
      let order = try BorderMode(mode, call).places(before[axis], value.shape[axis], after[axis])
      guard let order else { throw call.problem("pads \(value.shape) by \(sides) (\(mode.quoted))") }
      value = value.placed(value.index.gathered(axis, NDArray(shape: [order.count], order)))
      (before[axis], after[axis]) = mode == "constant" ? (max(before[axis], 0), max(after[axis], 0)) : (0, 0)
    }
    guard (before + after).contains(where: { $0 > 0 }) else {
      // What is mirrored or goes round is no part of a longer way of the elements that one node can do.
      return try mode == "constant" || rank != 4 ? value : exactMap(value, call)
    }
    return try padded(value, before, after, call.number("value", input: 2, "value") ?? 0, call)
  }

  /// A number around the rows, columns and channels of a map.
  private func padded(
    _ value: Value, _ before: [Int], _ after: [Int], _ number: Double, _ call: Call
  ) throws(ONNXProblem) -> Value {
    guard 2...4 ~= value.shape.count, before[0] == 0, after[0] == 0 else {
      throw call.problem("pads \(value.shape); rows, columns and channels of a map are covered")
    }
    var source = try wholeMap(value, call)
    let rest = [Int](repeating: 0, count: 4 - before.count)
    let (front, back) = (before + rest, after + rest)
    if front[1] > 0 || back[1] > 0 {
      guard number == 0 else { throw call.problem("pads channels with \(number); zeros are covered") }
      func zeros(_ count: Int) -> [Rearrangement.Place?] { Array(repeating: nil, count: count) }
      let channels = zeros(front[1]) + (0..<source.extents.channels).map { .init(channel: $0) } + zeros(back[1])
      source = try add(.rearrange(Rearrangement(channels: channels)), [source.node], call)
    }
    let padding = Padding(top: front[2], left: front[3], bottom: back[2], right: back[3])
    if padding != Padding(0) { source = try surrounded(source.node, padding, number, call) }
    return source.reshaped(zip(value.shape, zip(before, after)).map { $0 + $1.0 + $1.1 })
  }

  /// A number around a node's map.
  func surrounded(
    _ node: String, _ padding: Padding, _ number: Double, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let map = draft[node].shape
    let wanted = FeatureShape(
      height: map.height + padding.top + padding.bottom, width: map.width + padding.left + padding.right,
      channels: map.channels)
    let shape: FeatureShape
    do throws(GraphError) {
      shape = try Operation.input(wanted).payload.outputShape([], node: "")
    } catch { throw call.problem(error.problem) }
    return add(.pad(padding, number), [node], shape)
  }

  /// The node below a padding, and what a window over it has to pad. Only padding with `neutral` is taken along.
  func padBelow(_ source: Value, _ padding: Padding, neutral: Double) -> (node: String, padding: Padding) {
    guard case .pad(let own, let number) = draft[source.node].operation else { return (source.node, padding) }
    let below = draft[source.node].inputs[0]
    var fits = number == neutral
    if neutral == -.infinity, number == 0 { fits = isRectified(below) && padding == Padding(0) }
    guard fits else { return (source.node, padding) }
    return (
      below,
      Padding(
        top: own.top + padding.top, left: own.left + padding.left, bottom: own.bottom + padding.bottom,
        right: own.right + padding.right)
    )
  }

  /// Whether a node's values are never below 0, so that zeros do not win against them.
  private func isRectified(_ name: String) -> Bool {
    guard case .constant(let slopes, let intercepts)? = draft[name].operation.activation?.coefficients else {
      return false
    }
    return zip(slopes, intercepts).contains { $0 == 0 && $1 >= 0 }
  }
}

/// What stands around the elements along one dimension.
private enum BorderMode: String {
  /// One number, or nothing where elements are cut off.
  case constant
  /// The elements mirrored at the outermost ones, which do not come twice.
  case reflect
  /// The outermost ones again.
  case edge
  /// Those of the other end.
  case wrap

  init(_ mode: String, _ call: Call) throws(ONNXProblem) {
    guard let known = Self(rawValue: mode) else { throw call.problem("pads by \(mode.quoted)") }
    self = known
  }

  /// The elements of the result, those that are cut off left out; nil where there are none to take. `constant` leaves
  /// what is added to others.
  func places(_ before: Int, _ count: Int, _ after: Int) -> [Int]? {
    let (before, after) = self == .constant ? (min(before, 0), min(after, 0)) : (before, after)
    guard count > 0, count + before + after > 0 else { return nil }
    if self == .constant, -before >= count { return nil }
    // Of one element there is nothing to mirror but itself.
    let period = max(2 * (count - 1), 1)
    // What is cut off at one end does not come again at the other.
    let (start, end) = (max(-before, 0), count + min(after, 0))
    guard self != .wrap || start < end else { return nil }
    return (-before..<count + after).map { place in
      switch self {
      case .constant: return place
      case .edge: return max(0, min(count - 1, place))
      case .wrap: return start + ((place - start) % (end - start) + end - start) % (end - start)
      case .reflect:
        let turned = (place % period + period) % period
        return turned < count ? turned : period - turned
      }
    }
  }
}
