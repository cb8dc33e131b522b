import Figures
import Networks
import Statistics
import Terminal

/// A line to type a block's number or a site's name at, over the screen that stays on view: 52 sites are not walked by
/// arrow.
package struct GotoScreen: Screen {
  private var text = ""

  init() {}

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        ":", help: "go to a block by its number, to a site by words of its name: 5, 5 A2, features.3",
        KeyRow.Stroke([":"], does: { $1.path.lay(Self()) }))
    ]
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  /// Letters never get here.
  private static let rows: [KeyRow<Self>] = [
    KeyRow("Enter", "goes there", rank: 0, help: "go there", KeyRow.Stroke([.enter], does: { $0.go(in: &$1) })),
    KeyRow("Esc", "back", rank: 0, help: "stay", KeyRow.Stroke([.escape], does: { $1.path.close() })),
    KeyRow("Ctrl-C", "quit", rank: 2, help: "leave", KeyRow.Stroke([.control("c")], asks: { _, _ in [.quit] })),
    .repaint,
  ]

  package mutating func type(_ key: Key, in model: inout Model) -> Bool {
    switch key {
    case .character(let scalar): if text.unicodeScalars.count < 100 { text.unicodeScalars.append(scalar) }
    case .backspace where text.isEmpty: model.path.close()
    case .backspace: text.removeLast()
    case .control("u"): text = ""
    default: return false
    }
    return true
  }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size) }

  package func questions(in model: Model) -> Set<Question> { model.path.covered.questions(in: model) }

  package func prompt(in model: Model) -> String? {
    let target = target(in: model).map { model.index.label(of: $0.site).text }
    let words = text.isEmpty ? "a block's number, or words of a site's name" : target ?? "no site is called that"
    return ": \(text)_   → \(words)"
  }

  package func draw(into drawing: inout ScreenDrawing) { drawing.drawCovered() }

  private func go(in model: inout Model) {
    guard let target = target(in: model) else { return }
    model.path.close()
    model.look(at: target)
  }

  /// What the text means: a block, then a site in it; else the first site with all the words.
  private func target(in model: Model) -> SiteFigure? {
    let words = text.split(whereSeparator: { " .".contains($0) }).map(String.init)
    guard let first = words.first else { return nil }
    if let block = Int(first), model.index.blocks.contains(block), words.count < 3 {
      let wished = words.count > 1 ? words[1] : model.wishedSite ?? ""
      let sites = model.index.sites(in: block)
      return sites.first { $0.site.place.site.lowercased() == wished.lowercased() }
        ?? (words.count > 1 ? nil : model.index.site(in: block, nearest: wished))
    }
    let filter = SiteFilter(text)
    return model.index.sites.first { $0.site.node == text } ?? model.index.sites.first { filter.matches($0.site) }
  }
}
