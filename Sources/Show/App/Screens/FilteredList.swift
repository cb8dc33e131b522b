import Figures
import Terminal

/// A list that words narrow: typing them, clearing them, and the line that shows them.
protocol FilteredList: ListScreen {
  /// Whether keys are letters of the filter.
  var isTyping: Bool { get set }
  /// The words.
  func filter(in model: Model) -> String
  /// Puts other words in their place.
  mutating func setFilter(_ text: String, in model: inout Model)
}

extension FilteredList {
  package mutating func type(_ key: Key, in model: inout Model) -> Bool {
    guard isTyping else { return false }
    var text = filter(in: model)
    switch key {
    case .character(let scalar):
      if text.unicodeScalars.count < Self.longestFilter { text.unicodeScalars.append(scalar) }
    case .backspace where text.isEmpty: isTyping = false
    case .backspace: text.removeLast()
    case .control("u"): text = ""
    default: return false
    }
    setFilter(text, in: &model)
    return true
  }

  private static var longestFilter: Int { 100 }

  fileprivate mutating func clearOrClose(in model: inout Model) {
    if filter(in: model).isEmpty { model.path.close() }
    setFilter("", in: &model)
  }
}

extension KeyRow where Owner: FilteredList {
  static var startFilter: Self {
    KeyRow(
      "/", "filter", rank: 0, help: "type at the filter",
      Stroke(["/"], does: { screen, _ in screen.isTyping = true }))
  }

  static var clearFilter: Self {
    KeyRow(
      "Esc", "back", rank: 1, help: "clear the filter; without one back",
      Stroke([.escape], does: { $0.clearOrClose(in: &$1) }))
  }

  /// The rows while a filter is typed, letters never get to them; `others` stay in force off the line of keys.
  static func typing(choose: Self, move: Self, others: [Self] = []) -> [Self] {
    [
      choose, move, clearFilter.called("clears, then leaves", rank: 0),
      KeyRow("Ctrl-C", "quit", rank: 2, help: "leave", Stroke([.control("c")], asks: { _, _ in [.quit] })),
    ] + others.map(\.offLine) + [.pages, .repaint]
  }
}

extension ScreenDrawing {
  /// Whether a list has a filter to show.
  func showsFilter(of list: some FilteredList) -> Bool { list.isTyping || !list.filter(in: model).isEmpty }

  /// The filter of a list with how many of its rows it leaves; one that is too long shows its end, where letters are
  /// added.
  mutating func drawFilter(of list: some FilteredList, matches: Int, all: Int, in rect: CellRect) {
    let end = rect.x + rect.width
    let accent = CellStyle.accent(capabilities)
    let filter = list.filter(in: model)
    let count = (filter.isEmpty ? "" : NumberText.grouped(matches) + " of ") + NumberText.grouped(all)
    var x = rect.x + 1
    if showsFilter(of: list) {
      x = buffer.write("/ ", x: x, y: rect.y, style: accent, limit: end)
      let room = rect.width - 6 - count.count
      x = buffer.write(CellText.ending(filter, columns: max(0, room)), x: x, y: rect.y, style: .bold, limit: end)
      if list.isTyping { x = buffer.write("_", x: x, y: rect.y, style: accent, limit: end) }
    }
    buffer.write(count, x: end - 1 - count.count, y: rect.y, limit: end)
  }
}
