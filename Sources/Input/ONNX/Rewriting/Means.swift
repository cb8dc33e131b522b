import Networks
import Tensors

/// Which elements of a map are averaged.
enum MeanKind: Equatable {
  /// The channels of each position.
  case channels
  /// All positions of each of so many equal groups of neighbouring channels.
  case groups(Int)
}

/// A vector, or a map of one channel, as it meets the channels of a map: for each an element of a node, times a number,
/// plus a number.
struct Factor {
  /// The node.
  let leaf: String
  /// Its element for each channel; one for all.
  let index: [Int]
  let scale: Double
  let shift: Double

  /// Traces a node back through choices and constant scales and shifts; nil where these differ between channels.
  init?(_ draft: GraphDraft, _ name: String) {
    let rows = draft.rows(name)
    guard let first = rows.first, first.moves,
      rows.allSatisfy({ $0.leaf == first.leaf && $0.scale == first.scale && $0.shift == first.shift })
    else { return nil }
    let isOne = rows.allSatisfy { $0.index == first.index }
    (leaf, index) = (first.leaf, isOne ? [first.index] : rows.map(\.index))
    (scale, shift) = (first.scale, first.shift)
  }
}

extension GraphDraft {
  /// What is averaged, if elements of a node are means of a map `x`, one for each of its channels or one for all.
  func meanKind(_ leaf: String, _ index: [Int], of x: String) -> MeanKind? {
    let node = self[leaf]
    let channels = self[x].shape.channels
    if case .graph(.globalAveragePool) = node.operation {
      if node.inputs == [x] { return index == Array(0..<channels) ? .groups(channels) : nil }
      // Over channels first, then over positions.
      return index == [0] && averages(node.inputs[0], groups: 1, of: x) ? .groups(1) : nil
    }
    guard case .graph(.convolution(let convolution)) = node.operation else { return nil }
    let groups = convolution.outChannels
    if index == [0], groups == 1, averages(leaf, groups: 1, of: x) { return .channels }
    let pool = self[node.inputs[0]]
    guard case .graph(.globalAveragePool) = pool.operation, pool.inputs == [x], channels % groups == 0,
      averages(leaf, groups: groups, of: node.inputs[0])
    else { return nil }
    let size = channels / groups
    return index == (groups == 1 ? [0] : (0..<channels).map { $0 / size }) ? .groups(groups) : nil
  }

  /// Whether a node is the mean of each of so many equal groups of neighbouring channels of `x` at each position.
  private func averages(_ name: String, groups: Int, of x: String) -> Bool {
    guard self[name].inputs == [x], case .graph(.convolution(let convolution)) = self[name].operation,
      convolution.outChannels == groups, convolution.kernel == Extent2D(1), convolution.stride == Extent2D(1),
      convolution.padding == Padding(0), convolution.groups == 1, convolution.bias == nil,
      let weight = tensors[convolution.weight]?.floats
    else { return false }
    let channels = self[x].shape.channels
    guard channels % groups == 0, weight.count == groups * channels else { return false }
    let size = channels / groups
    return weight.indices.allSatisfy { at in
      let wanted = at % channels / size == at / channels ? 1 / Double(size) : 0
      return abs(Double(weight[at]) - wanted) <= 1e-6 * wanted
    }
  }
}
