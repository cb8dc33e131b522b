import Figures
import Networks
import Terminal

/// The list of all sites, narrowed by a filter that stays in force (``Model/filter``) when the list is left.
package struct SiteListScreen: FilteredList {
  var isTyping: Bool
  /// Where the cursor was put; it stands on the next match when that site is filtered out.
  private var anchor: SitePlace?

  init(isTyping: Bool = false, anchor: SitePlace? = nil) {
    self.isTyping = isTyping
    self.anchor = anchor
  }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "s", "sites", rank: 4,
        help: "list of all activation sites (PgUp, PgDn, Home and End move in it, too)",
        KeyRow.Stroke(["s"], does: { open(in: &$1, typing: false) })),
      KeyRow(
        "/", "filter", rank: 3, help: "narrow the list: type words that the sites' names or kinds hold",
        KeyRow.Stroke(["/"], does: { open(in: &$1, typing: true) })),
    ]
  }

  /// Opens it at the site that is looked at; typing begins a new filter.
  private static func open(in model: inout Model, typing: Bool) {
    if typing { model.filter = "" }
    model.path.show(Self(isTyping: typing, anchor: model.site?.site.place))
  }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }
}

// MARK: Keys

extension SiteListScreen {
  package var keys: [KeyRow<Self>] { isTyping ? Self.typingRows : Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "site"), choose, .startFilter, blocks, .clearFilter, .variant.called("variant", rank: 4), .help, .quit,
    .pages, matches,
    KeyRow("s", help: "back", KeyRow.Stroke(["s"], does: { $1.path.close() })),
  ])

  private static let typingRows: [KeyRow<Self>] = KeyRow.typing(
    choose: choose, move: .move(to: "site"), others: [blocks])

  private static let choose: KeyRow<Self> = KeyRow(
    "Enter", "opens", rank: 0, help: "open the site under the cursor",
    KeyRow.Stroke([.enter], does: { $0.choose(in: &$1) }))

  private static let blocks: KeyRow<Self> = KeyRow(
    "←→", "block", rank: 3, help: "h l: to the previous, next block",
    KeyRow.Stroke([.left, "h"], does: { $0.move(byBlock: -1, in: $1) }),
    KeyRow.Stroke([.right, "l"], does: { $0.move(byBlock: 1, in: $1) }))

  private static let matches: KeyRow<Self> = KeyRow(
    "n N", help: "next, previous site", KeyRow.Stroke(["n"], does: { $0.move(by: 1, in: &$1) }),
    KeyRow.Stroke(["N"], does: { $0.move(by: -1, in: &$1) }))

  func filter(in model: Model) -> String { model.filter }

  mutating func setFilter(_ text: String, in model: inout Model) { model.filter = text }

  /// Which of the matches the cursor is on; nil when there are none.
  private func cursor(among matches: [SiteFigure], in model: Model) -> Int? {
    guard !matches.isEmpty else { return nil }
    let wanted = anchor.flatMap { model.index.site(at: $0)?.site.id } ?? 0
    return matches.firstIndex { $0.site.id >= wanted } ?? matches.count - 1
  }

  mutating func move(by step: Int, in model: inout Model) {
    let matches = model.matches
    guard let cursor = cursor(among: matches, in: model) else { return }
    anchor = matches[min(max(cursor + step, 0), matches.count - 1)].site.place
  }

  /// To the first match of the next block, or of this one and then the one before.
  private mutating func move(byBlock step: Int, in model: Model) {
    let matches = model.matches
    guard let cursor = cursor(among: matches, in: model) else { return }
    let blocks = matches.map(\.site.place.block)
    let next =
      step > 0
      ? blocks[cursor...].firstIndex { $0 != blocks[cursor] }
      : blocks[..<cursor].last.flatMap { blocks.firstIndex(of: $0) }
    if let next { anchor = matches[next].site.place }
  }

  private func choose(in model: inout Model) {
    let matches = model.matches
    guard let cursor = cursor(among: matches, in: model) else { return }
    model.look(at: matches[cursor])
    model.path.home()
  }
}

// MARK: Drawing

extension SiteListScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let matches = model.matches
    var inner = drawing.pane("activation sites", in: drawing.layout.picture, isMarked: model.isFrozen)
    drawing.drawFilter(of: self, matches: matches.count, all: model.index.sites.count, in: inner.takeTop(1))
    if let cursor = cursor(among: matches, in: model) {
      let current = model.site?.site.id
      let columns = SiteColumns(
        model.index.sites, isWide: drawing.layout.isWide, capabilities: drawing.capabilities)
      ListTable(
        columns: columns.columns, count: matches.count, cursor: cursor, cells: { columns.cells(matches[$0]) },
        isMarked: { matches[$0].site.id == current }
      ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
    } else if inner.height > 1 {
      let text = model.index.sites.isEmpty ? "no site yet" : "no site matches; Esc clears"
      drawing.buffer.write(
        CellText.fitted(text, columns: inner.width - 3), x: inner.x + 3, y: inner.y + 1, limit: inner.x + inner.width)
    }
  }
}
