import Figures
import Networks
import Statistics
import Terminal

/// The channels of the site that is looked at: what kinds of functions are there?
package struct ChannelsScreen: FilteredList {
  private var order = ChannelOrder()
  var isTyping: Bool

  init(isTyping: Bool = false) { self.isTyping = isTyping }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "c", "channels", rank: 3, help: "what each channel of the site does: its kind of function, its slopes",
        KeyRow.Stroke(["c"], does: { if $1.site != nil { $1.path.show(Self()) } }))
    ]
  }

  package var words: [Glossary.Entry] { ChannelWords.all }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> { model.channelQuestions }
}

// MARK: Keys

extension ChannelsScreen {
  package var keys: [KeyRow<Self>] { isTyping ? Self.typingRows : Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "channel"), choose,
    KeyRow(
      "s", "sort", rank: 0, help: "by the next column (S: the previous one), the largest first",
      KeyRow.Stroke(["s"], does: { $0.sort(1, in: &$1) }), KeyRow.Stroke(["S"], does: { $0.sort(-1, in: &$1) })),
    .startFilter,
    KeyRow(
      "←→", "block", rank: 2, help: "h l: the channels of the previous, next block",
      KeyRow.Stroke([.left, "h"], does: { $1.stepBlocks(-1) }),
      KeyRow.Stroke([.right, "l"], does: { $1.stepBlocks(1) })),
    KeyRow(
      "n N", "site", rank: 3, help: "the channels of the next, previous site that the last filter of sites leaves",
      KeyRow.Stroke(["n"], does: { $1.stepMatches(1) }), KeyRow.Stroke(["N"], does: { $1.stepMatches(-1) })),
    .clearFilter, .variant.called("variant", rank: 4), .help, .quit, .pages,
    KeyRow("c", help: "back", KeyRow.Stroke(["c"], does: { $1.path.close() })),
  ])

  private static let typingRows: [KeyRow<Self>] = KeyRow.typing(choose: choose, move: .move(to: "channel"))

  private static let choose = KeyRow<Self>(
    "Enter", "scatter", rank: 0, help: "the scatter of the channel under the cursor",
    KeyRow.Stroke([.enter], does: { $0.choose(in: &$1) }))

  func filter(in model: Model) -> String { order.filter }

  mutating func setFilter(_ text: String, in model: inout Model) { order.filter = text }

  mutating func move(by step: Int, in model: inout Model) { model.stepChannels(step, in: order) }

  /// Sorts by another column and goes to its first row, which is what one sorts for.
  private mutating func sort(_ step: Int, in model: inout Model) {
    guard let columns = model.channelColumns(order) else { return }
    order.sortByNext(step, of: columns)
    model.channel = nil
  }

  private func choose(in model: inout Model) {
    let channels = model.channels(order)
    guard let row = model.channelRow(in: channels) else { return }
    model.channel = channels[row].channel
    model.path.lay(ChannelScreen(order))
  }
}

// MARK: Drawing

extension ChannelsScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let all = model.channels
    let place = model.site.map { " · " + model.index.label(of: $0.site).text } ?? ""
    var inner = drawing.pane("channels" + place, in: drawing.layout.picture, isMarked: model.isFrozen)
    let rows = model.channels(order, of: all)
    let head = inner.takeTop(1)
    if drawing.showsFilter(of: self) {
      drawing.drawFilter(of: self, matches: rows.count, all: all.count, in: head)
    } else {
      Self.drawHeadline(all, in: head, into: &drawing)
    }
    guard let cursor = model.channelRow(in: rows),
      let columns = model.channelColumns(
        order, isWide: drawing.layout.isWide, capabilities: drawing.capabilities)
    else {
      let text = all.isEmpty ? model.absence(of: model.channelQuestions) : "no channel matches; Esc clears"
      drawing.buffer.write(
        CellText.fitted(text, columns: inner.width - 3), x: inner.x + 3, y: inner.y + 1, limit: inner.x + inner.width)
      return
    }
    ListTable(
      columns: columns.entries.map(\.column), count: rows.count, cursor: cursor,
      cells: { row in columns.entries.map { $0.text(rows[row]) } }, isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  /// How many channels there are of each kind and, at the line's end, how far the passes are; the rarest kinds give
  /// way.
  private static func drawHeadline(_ channels: [ChannelFigure], in rect: CellRect, into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let progress = model.progress(of: model.channelQuestions) ?? ""
    let end = rect.x + rect.width - 1
    let room = rect.width - 2 - (progress.isEmpty ? 0 : progress.count + 2)
    drawing.buffer.write(
      CellText.fitted(headline(channels, in: model), columns: room), x: rect.x + 1, y: rect.y, style: .bold)
    drawing.buffer.write(progress, x: max(rect.x + 1, end - progress.count), y: rect.y, limit: end)
  }

  /// `96 channels: 41 V, 30 leaky, 12 ReLU-like`; for what has no slopes, what it is.
  private static func headline(_ channels: [ChannelFigure], in model: Model) -> String {
    guard let site = model.site?.site else { return "no site yet" }
    let count = "\(NumberText.grouped(site.shape.channels)) channels"
    guard site.activation.hasCoefficients else { return "\(count), \(site.activation.kind): no slopes" }
    let kinds = FunctionKind.counts(channels).map { "\(NumberText.grouped($0.channels)) \($0.kind.rawValue)" }
    let shared = site.coefficientChannels == 1 && site.shape.channels > 1 ? ", one function for all" : ""
    return count + shared + (kinds.isEmpty ? "" : ": " + kinds.joined(separator: ", "))
  }
}
