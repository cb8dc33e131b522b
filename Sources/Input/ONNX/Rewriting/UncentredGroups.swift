import Networks
import Tensors

/// A map over the root of the mean of its squares, for each group of neighbouring channels and all their positions
/// (FRN): the elements of a group become channels, which RMSNorm takes together, and go back.
struct UncentredGroups {
  private let draft: GraphDraft
  private let x: String
  private let map: FeatureShape
  private let count: Int
  /// Channels of a group.
  private let size: Int

  /// Nil where a group has more elements than a map may have channels.
  init?(_ draft: GraphDraft, _ x: String, count: Int) {
    (self.draft, self.x, map, self.count) = (draft, x, draft[x].shape, count)
    size = map.channels / count
    guard size * map.positions <= GraphShapes.maximumExtent else { return nil }
  }

  /// Makes the node `name` what it is.
  func write(at name: String, epsilon: Double, scale: Double) {
    let parts = Parts(draft: draft, name: name)
    let turned = parts.add(
      .rearrange(there), [x], FeatureShape(height: count, width: 1, channels: size * map.positions))
    let label = draft.freeName("\(draft[name].origin.label).norm")
    var normalization = Normalization(.layer(isCentred: false), epsilon: Float(epsilon))
    if abs(scale - 1) > 1e-7 {
      let scales = [Float](repeating: Float(scale), count: size * map.positions)
      normalization.weight = draft.store(
        DraftTensor(shape: [scales.count], values: .numbers(scales)), "\(label).weight")
    }
    let normalized = parts.add(.normalization(normalization), [turned], draft[turned].shape)
    draft[name].operation = .graph(.rearrange(back))
    draft[name].inputs = [normalized]
  }

  /// Groups as rows, their elements as channels.
  private var there: Rearrangement {
    Rearrangement(
      rows: (0..<count).map { .init(channel: $0 * size) }, columns: [.init()],
      channels: (0..<size * map.positions).map { element in
        .init(
          row: element % map.positions / map.width, column: element % map.width, channel: element / map.positions)
      })
  }

  private var back: Rearrangement {
    Rearrangement(
      rows: (0..<map.height).map { .init(channel: $0 * map.width) },
      columns: (0..<map.width).map { .init(channel: $0) },
      channels: (0..<map.channels).map { .init(row: $0 / size, channel: $0 % size * map.positions) })
  }
}
