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

/// Sums of elements that are averaged together, as a multiple of their means.
struct ScaledMeans {
  let kind: MeanKind
  /// 1 for means, the number of channels that are summed for sums.
  let factor: Double
}

extension GraphDraft {
  /// What is averaged, if elements of a node are means of a map `x`, one for each of its channels or one for all.
  func meanKind(_ leaf: String, _ index: [Int], of x: String) -> MeanKind? {
    guard let means = scaledMeans(leaf, index, of: x), abs(means.factor - 1) <= 1e-6 else { return nil }
    return means.kind
  }

  /// The same for sums.
  func scaledMeans(_ leaf: String, _ index: [Int], of x: String) -> ScaledMeans? {
    let node = self[leaf]
    let channels = self[x].shape.channels
    if case .graph(.globalAveragePool) = node.operation {
      if node.inputs == [x] {
        return index == Array(0..<channels) ? ScaledMeans(kind: .groups(channels), factor: 1) : nil
      }
      // Over channels first, then over positions.
      guard index == [0], let factor = averages(node.inputs[0], groups: 1, of: x) else { return nil }
      return ScaledMeans(kind: .groups(1), factor: factor)
    }
    guard case .graph(.convolution(let convolution)) = node.operation else { return nil }
    let groups = convolution.outChannels
    if index == [0], groups == 1, let factor = averages(leaf, groups: 1, of: x) {
      return ScaledMeans(kind: .channels, factor: factor)
    }
    let pool = self[node.inputs[0]]
    guard case .graph(.globalAveragePool) = pool.operation, pool.inputs == [x], channels % groups == 0,
      let factor = averages(leaf, groups: groups, of: node.inputs[0])
    else { return nil }
    let size = channels / groups
    guard index == (groups == 1 ? [0] : (0..<channels).map { $0 / size }) else { return nil }
    return ScaledMeans(kind: .groups(groups), factor: factor)
  }

  /// What the mean of each of so many equal groups of neighbouring channels of `x` at each position is multiplied by;
  /// nil if a node is something else.
  private func averages(_ name: String, groups: Int, of x: String) -> Double? {
    guard self[name].inputs == [x], case .graph(.convolution(let convolution)) = self[name].operation,
      convolution.outChannels == groups, convolution.kernel == Extent2D(1), convolution.stride == Extent2D(1),
      convolution.padding == Padding(0), convolution.groups == 1, convolution.bias == nil,
      let weight = tensors[convolution.weight]?.floats
    else { return nil }
    let channels = self[x].shape.channels
    guard channels % groups == 0, weight.count == groups * channels, weight[0] > 0 else { return nil }
    let (size, share) = (channels / groups, Double(weight[0]))
    let isUniform = weight.indices.allSatisfy { at in
      let wanted = at % channels / size == at / channels ? share : 0
      return abs(Double(weight[at]) - wanted) <= 1e-6 * wanted
    }
    return isUniform ? share * Double(size) : nil
  }
}
