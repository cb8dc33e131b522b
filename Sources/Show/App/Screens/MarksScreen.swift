import Figures
import Networks
import Statistics
import Terminal

/// What the user kept: sites, boxes on their scatters, images.
package struct MarksScreen: CursorList {
  var cursor = ListCursor()

  init() {}

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "m", help: "keep the site that is looked at in the list of marks, which e exports; let it go",
        KeyRow.Stroke(["m"], does: { if let site = $1.site { $1.keep(.site(site.site.place)) } })),
      KeyRow("'", help: "the list of marks", KeyRow.Stroke(["'"], does: { $1.path.show(Self()) })),
    ]
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "mark"),
    KeyRow("Enter", "goes there", rank: 0, help: "go there", KeyRow.Stroke([.enter], does: { $0.go(in: &$1) })),
    KeyRow(
      "m", "lets go", rank: 1, help: "take the mark out of the list",
      KeyRow.Stroke(
        ["m", .backspace],
        does: { screen, model in
          let row = screen.row(in: model)
          if model.marks.indices.contains(row) { model.marks.remove(at: row) }
        })),
    .export, .back.called("back", rank: 0), .variant, .help, .quit, .pages,
    KeyRow("'", help: "back", KeyRow.Stroke(["'"], does: { $1.path.close() })),
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> { [] }

  func count(in model: Model) -> Int { model.marks.count }

  private func go(in model: inout Model) {
    guard !model.marks.isEmpty else { return }
    let mark = model.marks[row(in: model)]
    if let place = mark.place {
      guard let site = model.index.site(at: place) else {
        model.notice = Model.Notice(text: "this variant has no such site", isError: true)
        return
      }
      model.look(at: site)
    }
    switch mark {
    case .site: model.path.home()
    case .region(let place, let region): model.path.show(ExemplarsScreen(place, region))
    case .image(let ordinal): model.path.show(ImageScreen([ordinal], at: 0))
    }
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let inner = drawing.pane("marks", in: drawing.layout.picture, isMarked: model.isFrozen)
    guard !model.marks.isEmpty else {
      drawing.buffer.write(
        CellText.fitted("nothing marked; m marks a site, a box or an image", columns: inner.width - 3), x: inner.x + 3,
        y: inner.y + 1, limit: inner.x + inner.width)
      return
    }
    let rows = model.marks.map { [$0.kind, Self.words($0, in: model)] }
    let columns = [
      ListTable.Column("what", width: 6, rank: 0),
      ListTable.Column("which", width: rows.map { $0[1].count }.max() ?? 0, least: 20, rank: 0, cut: .beginning),
    ]
    ListTable(
      columns: columns, count: rows.count, cursor: row(in: model), cells: { rows[$0] }, isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  private static func words(_ mark: Mark, in model: Model) -> String {
    let site = mark.place.map { place in
      model.index.site(at: place).map { model.index.label(of: $0.site).text } ?? "block \(place.block) · \(place.site)"
    }
    switch mark {
    case .site: return site ?? ""
    case .region(_, let region): return (site ?? "") + " · " + region.text
    case .image(let ordinal): return model.shown?.names?.image(ordinal) ?? "image \(ordinal)"
    }
  }
}
