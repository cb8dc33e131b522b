import Figures
import Networks
import Terminal

/// The list of all sites, narrowed by a filter that stays in force (``Model/filter``) when the list is left.
package struct SiteListScreen: Screen {
  /// Whether keys are letters of the filter.
  private var isTyping: Bool
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
    move, choose,
    KeyRow(
      "/", "filter", rank: 0, help: "type at the filter",
      KeyRow.Stroke(["/"], does: { screen, _ in screen.isTyping = true })),
    blocks, escape, .variant.called("variant", rank: 4), .help, .quit, pages, matches,
    KeyRow("s", help: "back", KeyRow.Stroke(["s"], does: { $1.path.close() })),
  ])

  /// While a filter is typed; letters never get here.
  private static let typingRows: [KeyRow<Self>] = [
    choose, move, escape.called("clears, then leaves", rank: 0),
    KeyRow("Ctrl-C", "quit", rank: 2, help: "leave", KeyRow.Stroke([.control("c")], asks: { _, _ in [.quit] })),
    blocks.offLine, pages, .repaint,
  ]

  private static let move: KeyRow<Self> = KeyRow(
    "↑↓", "move", rank: 1, help: "k j: previous, next site",
    KeyRow.Stroke([.up, "k"], does: { $0.move(by: -1, in: $1) }),
    KeyRow.Stroke([.down, "j"], does: { $0.move(by: 1, in: $1) }))

  private static let choose: KeyRow<Self> = KeyRow(
    "Enter", "opens", rank: 0, help: "open the site under the cursor",
    KeyRow.Stroke([.enter], does: { $0.choose(in: &$1) }))

  private static let blocks: KeyRow<Self> = KeyRow(
    "←→", "block", rank: 3, help: "h l: to the previous, next block",
    KeyRow.Stroke([.left, "h"], does: { $0.move(byBlock: -1, in: $1) }),
    KeyRow.Stroke([.right, "l"], does: { $0.move(byBlock: 1, in: $1) }))

  private static let escape: KeyRow<Self> = KeyRow(
    "Esc", "back", rank: 1, help: "clear the filter; without one back",
    KeyRow.Stroke([.escape], does: { $0.clearOrClose(in: &$1) }))

  private static let pages: KeyRow<Self> = KeyRow(
    "PgUp PgDn", help: "Home End: a page up, down, to the first, to the last",
    KeyRow.Stroke([.pageUp], does: { $0.move(by: -$0.page(in: $1), in: $1) }),
    KeyRow.Stroke([.pageDown], does: { $0.move(by: $0.page(in: $1), in: $1) }),
    KeyRow.Stroke([.home], does: { $0.move(by: -$1.index.sites.count, in: $1) }),
    KeyRow.Stroke([.end], does: { $0.move(by: $1.index.sites.count, in: $1) }))

  private static let matches: KeyRow<Self> = KeyRow(
    "n N", help: "next, previous site", KeyRow.Stroke(["n"], does: { $0.move(by: 1, in: $1) }),
    KeyRow.Stroke(["N"], does: { $0.move(by: -1, in: $1) }))

  package mutating func type(_ key: Key, in model: inout Model) -> Bool {
    guard isTyping else { return false }
    switch key {
    case .character(let scalar):
      if model.filter.unicodeScalars.count < Self.longestFilter { model.filter.unicodeScalars.append(scalar) }
    case .backspace where model.filter.isEmpty: isTyping = false
    case .backspace: model.filter.removeLast()
    case .control("u"): model.filter = ""
    default: return false
    }
    return true
  }

  private static let longestFilter = 100

  /// Which of the matches the cursor is on; nil when there are none.
  private func cursor(among matches: [SiteFigure], in model: Model) -> Int? {
    guard !matches.isEmpty else { return nil }
    let wanted = anchor.flatMap { model.index.site(at: $0)?.site.id } ?? 0
    return matches.firstIndex { $0.site.id >= wanted } ?? matches.count - 1
  }

  private mutating func move(by step: Int, in model: Model) {
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

  /// How many sites a page moves by.
  private func page(in model: Model) -> Int {
    let layout = layout(model.size)
    // The pane without its frame, the filter and the columns' names.
    return max(1, layout.picture.height - (layout.isFramed ? 2 : 0) - 2 - 1)
  }

  private func choose(in model: inout Model) {
    let matches = model.matches
    guard let cursor = cursor(among: matches, in: model) else { return }
    model.look(at: matches[cursor])
    model.path.home()
  }

  private func clearOrClose(in model: inout Model) {
    if model.filter.isEmpty { model.path.close() }
    model.filter = ""
  }
}

// MARK: Drawing

extension SiteListScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let matches = model.matches
    var inner = drawing.pane("activation sites", in: drawing.layout.picture, isMarked: model.isFrozen)
    drawFilter(in: inner.takeTop(1), matches: matches.count, into: &drawing)
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

  /// The filter with how many sites it leaves; a filter that is too long shows its end, where letters are added.
  private func drawFilter(in rect: CellRect, matches: Int, into drawing: inout ScreenDrawing) {
    let end = rect.x + rect.width
    let accent = CellStyle.accent(drawing.capabilities)
    let filter = drawing.model.filter
    let all = NumberText.grouped(drawing.model.index.sites.count)
    let count = filter.isEmpty ? all : NumberText.grouped(matches) + " of " + all
    var x = rect.x + 1
    if isTyping || !filter.isEmpty {
      x = drawing.buffer.write("/ ", x: x, y: rect.y, style: accent, limit: end)
      let room = rect.width - 6 - count.count
      x = drawing.buffer.write(
        CellText.ending(filter, columns: max(0, room)), x: x, y: rect.y, style: .bold, limit: end)
      if isTyping { x = drawing.buffer.write("_", x: x, y: rect.y, style: accent, limit: end) }
    }
    drawing.buffer.write(count, x: end - 1 - count.count, y: rect.y, limit: end)
  }
}
