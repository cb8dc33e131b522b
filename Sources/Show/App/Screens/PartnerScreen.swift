import Figures
import Networks
import Statistics
import Terminal

/// The list of what the variant on view can be compared with: the others, and itself with changes.
package struct PartnerScreen: CursorList {
  var cursor = ListCursor()

  init() {}

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "=", "compare", rank: 4, help: "compare with another variant, or with a what-if",
        KeyRow.Stroke(["="], does: { if $1.site != nil { $1.path.show(Self()) } }))
    ]
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "one"),
    KeyRow("Enter", "compares", rank: 0, help: "compare with it", KeyRow.Stroke([.enter], does: { $0.go(in: &$1) })),
    .back.called("back", rank: 0), .variant, .help, .quit, .pages,
    KeyRow("=", help: "back", KeyRow.Stroke(["="], does: { $1.path.close() })),
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> { [] }

  private func partners(in model: Model) -> [Partner] {
    let variants = (model.live?.variants.indices).map(Array.init) ?? []
    let whatIfs = [WhatIf.Change.frozen, .isStatic, .noIntercepts].map { WhatIfEntry($0, .everywhere) }
    let here = model.site.map {
      [WhatIfEntry(.frozen, .site($0.site.place)), WhatIfEntry(.isStatic, .site($0.site.place))]
    }
    let all = variants.map(Partner.variant) + (whatIfs + (here ?? [])).map(Partner.whatIf)
    return all.filter { $0.exists(in: model) }
  }

  func count(in model: Model) -> Int { partners(in: model).count }

  private func go(in model: inout Model) {
    let partners = partners(in: model)
    guard !partners.isEmpty else { return }
    model.path.show(CompareScreen(partners[row(in: model)]))
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let inner = drawing.pane("compare \(model.shown?.variant ?? "") with", in: drawing.layout.picture)
    let partners = partners(in: model)
    guard !partners.isEmpty else {
      drawing.buffer.write(
        "there is nothing to compare with", x: inner.x + 3, y: inner.y + 1, limit: inner.x + inner.width)
      return
    }
    let rows = partners.map { partner -> [String] in
      if case .whatIf = partner { return ["what if", partner.name(in: model)] }
      return ["variant", partner.name(in: model)]
    }
    let columns = [
      ListTable.Column("", width: 7, rank: 1),
      ListTable.Column("name", width: rows.map { $0[1].count }.max() ?? 0, least: 16, rank: 0),
    ]
    ListTable(
      columns: columns, count: rows.count, cursor: row(in: model), cells: { rows[$0] }, isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }
}
