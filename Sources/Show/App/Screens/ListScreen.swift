import Terminal

/// A screen that is a list with a cursor: the keys that move in it.
protocol ListScreen: Screen {
  /// Moves the cursor by rows, as far as there are any.
  mutating func move(by step: Int, in model: inout Model)
}

extension ListScreen {
  /// How many rows a page moves by: the pane without its frame, the line above the columns and the columns' names.
  func page(in model: Model) -> Int {
    let layout = layout(model.size)
    return max(1, layout.picture.height - (layout.isFramed ? 2 : 0) - 2 - 1)
  }
}

extension KeyRow where Owner: ListScreen {
  /// A row up and down, for a list of sites, of channels ...
  static func move(to thing: String) -> Self {
    KeyRow(
      "↑↓", "move", rank: 1, help: "k j: previous, next " + thing,
      Stroke([.up, "k"], does: { $0.move(by: -1, in: &$1) }), Stroke([.down, "j"], does: { $0.move(by: 1, in: &$1) }))
  }

  static var pages: Self {
    KeyRow(
      "PgUp PgDn", help: "Home End: a page up, down, to the first, to the last",
      Stroke([.pageUp], does: { $0.move(by: -$0.page(in: $1), in: &$1) }),
      Stroke([.pageDown], does: { $0.move(by: $0.page(in: $1), in: &$1) }),
      Stroke([.home], does: { $0.move(by: -.max / 2, in: &$1) }),
      Stroke([.end], does: { $0.move(by: .max / 2, in: &$1) }))
  }
}
