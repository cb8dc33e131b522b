import Figures
import Networks
import Terminal

/// The list of sites as the user left it: its filter stays in force for stepping through matches.
struct SiteList: Sendable, Equatable {
  /// What was typed.
  var filter = ""
  /// Whether keys are letters of the filter.
  var isTyping = false
  /// Where the cursor was put; it stands on the next match when that site is filtered out.
  var anchor: SitePlace?
}

extension Model {
  /// The sites that the filter leaves.
  var matches: [SiteFigure] {
    let filter = SiteFilter(list.filter)
    return index.sites.filter { filter.matches($0.site) }
  }

  /// Which of the matches the cursor is on; nil when there are none.
  func cursor(in matches: [SiteFigure]) -> Int? {
    guard !matches.isEmpty else { return nil }
    let wanted = list.anchor.flatMap { index.site(at: $0)?.site.id } ?? 0
    return matches.firstIndex { $0.site.id >= wanted } ?? matches.count - 1
  }

  /// Opens the list at the site that is looked at; typing begins a new filter.
  mutating func openList(typing: Bool) {
    if typing { list.filter = "" }
    list.isTyping = typing
    list.anchor = site?.site.place
    screen = .sites
  }

  /// A key while a filter is typed.
  mutating func type(_ key: Key) -> [Effect] {
    switch key {
    case .character(let scalar):
      if list.filter.unicodeScalars.count < Self.longestFilter { list.filter.unicodeScalars.append(scalar) }
    case .backspace where list.filter.isEmpty: list.isTyping = false
    case .backspace: list.filter.removeLast()
    case .control("u"): list.filter = ""
    default:
      guard let action = KeyTable.action(for: key) else { return [] }
      return actInList(action)
    }
    return []
  }

  private static let longestFilter = 100

  /// What a key does in the list, other than typing.
  mutating func actInList(_ action: Action) -> [Effect] {
    switch action {
    case .stepSites(let step), .stepMatches(let step): moveInList(by: step)
    case .page(let step): moveInList(by: step * max(1, ScreenLayout(sites: size).listedRows - 1))
    case .edge(let step): moveInList(by: step * index.sites.count)
    case .stepBlocks(let step): moveInListByBlock(step)
    case .open: chooseInList()
    case .filter: list.isTyping = true
    case .sites: screen = .scatter
    case .back:
      if list.filter.isEmpty { screen = .scatter }
      list.filter = ""
    case .help, .quit, .repaint, .export, .freeze, .stepVariants, .overview: return perform(action)
    case .density, .fit, .aspect, .zoom, .pan: break
    }
    return []
  }

  private mutating func moveInList(by step: Int) {
    let matches = matches
    guard let cursor = cursor(in: matches) else { return }
    list.anchor = matches[min(max(cursor + step, 0), matches.count - 1)].site.place
  }

  /// To the first match of the next block, or of this one and then the one before.
  private mutating func moveInListByBlock(_ step: Int) {
    let matches = matches
    guard let cursor = cursor(in: matches) else { return }
    let blocks = matches.map(\.site.place.block)
    let next =
      step > 0
      ? blocks[cursor...].firstIndex { $0 != blocks[cursor] }
      : blocks[..<cursor].last.flatMap { blocks.firstIndex(of: $0) }
    if let next { list.anchor = matches[next].site.place }
  }

  private mutating func chooseInList() {
    let matches = matches
    guard let cursor = cursor(in: matches) else { return }
    go(to: matches[cursor])
    screen = .scatter
  }

  /// Looks at the next or previous site that the last filter leaves, round and round.
  mutating func walkMatches(_ step: Int) {
    guard screen == .scatter, let current = site else { return }
    let matches = matches
    let filter = list.filter.isEmpty ? "" : " · /" + list.filter
    guard !matches.isEmpty else {
      notice = Notice(text: "no site matches" + filter, isError: true)
      return
    }
    let id = current.site.id
    let next =
      step > 0
      ? matches.firstIndex { $0.site.id > id } ?? 0 : matches.lastIndex { $0.site.id < id } ?? matches.count - 1
    go(to: matches[next])
    notice = Notice(text: "site \(next + 1) of \(matches.count)" + filter, isError: false)
  }

  mutating func go(to figure: SiteFigure) {
    block = figure.site.place.block
    wishedSite = figure.site.place.site
  }
}
