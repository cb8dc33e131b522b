import Networks
import Tensors

/// Padding that no window takes along: a number around the map's own rows and columns.
struct Borders {
  let draft: GraphDraft

  /// Makes nodes of graphs of all.
  func rewrite() {
    for name in draft.order {
      guard case .pad(let padding, let number) = draft[name].operation else { continue }
      let source = draft[name].inputs[0]
      let moved = Operation.rearrange(rearrangement(padding, of: draft[source].shape))
      if number == 0 {
        draft[name].operation = .graph(moved)
      } else {
        let parts = Parts(draft: draft, name: name)
        let map = parts.add(moved, [source], draft[name].shape)
        let border = border(number, around: source, moved, parts)
        draft[name].operation = .graph(.add)
        draft[name].inputs = [map, border]
      }
    }
  }

  private func rearrangement(_ padding: Padding, of map: FeatureShape) -> Rearrangement {
    func places(
      _ before: Int, _ extent: Int, _ after: Int, _ place: (Int) -> Rearrangement.Place
    ) -> [Rearrangement.Place?]? {
      func zeros(_ count: Int) -> [Rearrangement.Place?] { Array(repeating: nil, count: count) }
      return before + after == 0 ? nil : zeros(before) + (0..<extent).map(place) + zeros(after)
    }
    return Rearrangement(
      rows: places(padding.top, map.height, padding.bottom) { .init(row: $0) },
      columns: places(padding.left, map.width, padding.right) { .init(column: $0) })
  }

  /// The number around a map of zeros: where ones that are moved as the map is leave zeros.
  private func border(_ number: Double, around source: String, _ moved: Operation, _ parts: Parts) -> String {
    let outer = draft[parts.name].shape
    let mask = parts.add(moved, [parts.filled(1, like: source)], outer)
    return parts.add(.combine(.drop), [parts.filled(number, like: mask), mask], outer)
  }
}
