import Figures
import Statistics
import Terminal

/// The keys of the screen that it lies over, and the words on the screen, explained; in pages where there is little
/// room.
package struct HelpScreen: Screen {
  /// Counted on from the last page at the first.
  package private(set) var page = 0

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = [
    KeyRow(
      "↑↓", "page", rank: 0, help: "previous, next page",
      KeyRow.Stroke([.up, .left, .pageUp, "k", "h"], does: { screen, _ in screen.page -= 1 }),
      KeyRow.Stroke([.down, .right, .pageDown, "j", "l"], does: { screen, _ in screen.page += 1 })),
    KeyRow("Esc", "back", rank: 0, help: "back", KeyRow.Stroke([.escape, .enter, "?"], does: { $1.path.close() })),
    .repaint, .quit,
  ]

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(whole: size) }

  package func questions(in model: Model) -> Set<Question> { model.path.covered.questions(in: model) }

  package func draw(into drawing: inout ScreenDrawing) {
    let covered = drawing.model.path.covered
    let keys = covered.hints.map { Glossary.Entry(term: $0.keys, text: $0.help) }
    let own = covered.words.isEmpty ? [] : covered.words + [.gap]
    Glossary(title: "help", entries: keys + [.gap] + own + Self.generalWords, page: page).draw(
      in: drawing.layout.picture, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  /// The words on the screen: the ones of the exports and the documentation.
  package static let generalWords =
    first + Measure.panelGroups.joined().map { Glossary.Entry(term: $0.title, text: $0.help) } + others

  private static let first: [Glossary.Entry] = [
    Glossary.Entry(term: "x, y", text: "an activation's input and output, y = max(ak x + bk)"),
    Glossary.Entry(term: "slope, intercept", text: "ak and bk; mean ± deviation over images and channels"),
  ]

  private static let others: [Glossary.Entry] = [
    Glossary.Entry(term: "none", text: "no slopes to compare: a curve, Maxout or K 1"),
    Glossary.Entry(term: "p10, p90", text: "one in ten values lies below p10, one in ten above p90"),
    Glossary.Entry(term: "density", text: "inputs on a half cell; log: each colour is half the next"),
    Glossary.Entry(term: "positions", text: "share of each image's positions that were taken"),
    Glossary.Entry(term: "outside range", text: "inputs or outputs too large to count"),
    Glossary.Entry(term: "not finite", text: "inputs or outputs that are NaN or infinite"),
    Glossary.Entry(term: "A1, A2, A3", text: "after the expansion, the depthwise, the projection"),
    Glossary.Entry(term: "kind", text: "the activation: DY-ReLU-A, -B, -C, ReLU, SE, h-swish, ..."),
    Glossary.Entry(term: "K", text: "linear functions under the maximum"),
    Glossary.Entry(term: "top-1", text: "share of labelled images whose first class is right"),
    Glossary.Entry(term: "skipped", text: "images that could not be read"),
  ]
}
