import Figures
import Networks
import Statistics
import Terminal

/// The sites of two subjects in a table: a number of both and its difference, the largest first.
package struct DifferencesScreen: CursorList {
  private let partner: Partner
  package var compared: Partner? { partner }
  var cursor = ListCursor()
  /// Which of the sites' numbers.
  private var quantity = 0
  /// Whether the largest difference comes first, rather than the network's order.
  private var isSorted = true

  init(_ partner: Partner) { self.partner = partner }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "site"),
    KeyRow(
      "←→", "number", rank: 0, help: "h l: previous, next number of the sites",
      KeyRow.Stroke([.left, "h"], does: { $0.change(-1, in: $1) }),
      KeyRow.Stroke([.right, "l"], does: { $0.change(1, in: $1) })),
    KeyRow(
      "Enter", "opens", rank: 0, help: "both scatters of the site", KeyRow.Stroke([.enter], does: { $0.go(in: &$1) })),
    KeyRow(
      "s", "sort", rank: 2, help: "by the difference, or as the sites run",
      KeyRow.Stroke(["s"], does: { screen, _ in screen.isSorted.toggle() })),
    .back.called("back", rank: 0), .variant, .help, .quit, .pages,
    KeyRow("t", help: "back", KeyRow.Stroke(["t"], does: { $1.path.close() })),
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  /// Narrow screens have no frame: the title says which number it is.
  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    let names = Self.quantities(differences(in: model))
    guard !layout.isFramed, !names.isEmpty else { return Wording.title(of: model, layout: layout, columns: columns) }
    return CellText.ending(names[quantity % names.count], columns: columns)
  }

  package func questions(in model: Model) -> Set<Question> { [] }

  package func partner(in model: Model) -> RunRequest? { partner.subject(in: model).map { RunRequest($0, []) } }

  /// A site with its value on both sides.
  private struct Row {
    let site: SiteDifferences
    let value: ValueDifference?
  }

  private func differences(in model: Model) -> RunDifferences? {
    guard let shown = model.shown, let other = partner.figure(in: model) else { return nil }
    return RunDifferences(RunSide(shown), RunSide(other, name: partner.name(in: model)))
  }

  /// The names of the numbers that are known, as files have them.
  private static func quantities(_ differences: RunDifferences?) -> [String] {
    var names: [String] = []
    for value in differences?.sites.flatMap(\.values) ?? []
    where value.first != nil || value.second != nil {
      if !names.contains(value.name) { names.append(value.name) }
    }
    return names
  }

  private func rows(_ differences: RunDifferences?) -> [Row] {
    let names = Self.quantities(differences)
    guard let differences, !names.isEmpty else { return [] }
    let name = names[quantity % names.count]
    let rows = differences.sites.map { site in Row(site: site, value: site.values.first { $0.name == name }) }
    guard isSorted else { return rows }
    func size(_ row: Int) -> Double { rows[row].value?.difference?.magnitude ?? -1 }
    return rows.indices.sorted { (size($1), $0) < (size($0), $1) }.map { rows[$0] }
  }

  func count(in model: Model) -> Int { differences(in: model)?.sites.count ?? 0 }

  private mutating func change(_ step: Int, in model: Model) {
    let count = Self.quantities(differences(in: model)).count
    if count > 0 { quantity = (quantity + step + count) % count }
  }

  private func go(in model: inout Model) {
    let rows = self.rows(differences(in: model))
    guard !rows.isEmpty, let site = model.index.site(at: rows[row(in: model)].site.place) else { return }
    model.look(at: site)
    model.path.close()
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let differences = self.differences(in: model)
    let names = Self.quantities(differences)
    let name = names.isEmpty ? "" : " · " + names[quantity % names.count]
    let inner = drawing.pane(
      "\(partner.name(in: model)) minus \(model.shown?.variant ?? "")\(name)", in: drawing.layout.picture,
      isMarked: model.isFrozen)
    let rows = self.rows(differences)
    guard !rows.isEmpty else {
      let text =
        partner.subject(in: model) == nil ? "after the unchanged network's means" : model.absence(of: model.questions)
      drawing.buffer.write(CellText.fitted(text, columns: inner.width - 3), x: inner.x + 3, y: inner.y + 1)
      return
    }
    let cells = rows.map { self.cells($0, in: model) }
    let titles = ["site", model.shown?.variant ?? "", partner.name(in: model), "difference"]
    let columns = titles.enumerated().map { index, title in
      let width = cells.map { $0[index].count }.max() ?? 0
      return ListTable.Column(
        title, width: min(width, 40), least: index == 0 ? 12 : 7, rank: index == 0 ? 0 : 1, cut: .beginning,
        isRightAligned: index > 0)
    }
    ListTable(
      columns: columns, count: rows.count, cursor: cursor.row(of: rows.count), cells: { cells[$0] },
      isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  private func cells(_ row: Row, in model: Model) -> [String] {
    let place = row.site.place
    let label = model.index.site(at: place).map { model.index.label(of: $0.site).text }
    func number(_ value: Double?) -> String { NumberText.fixed(value, decimals: 3) }
    let alone = row.site.isMatched ? nil : row.site.firstNode == nil ? "only second" : "only first"
    return [
      label ?? "block \(place.block) · \(place.site)", number(row.value?.first), number(row.value?.second),
      alone ?? (row.value?.difference.map { ($0 > 0 ? "+" : "") + number($0) } ?? NumberText.absent),
    ]
  }
}
