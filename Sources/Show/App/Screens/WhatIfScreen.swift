import Figures
import Networks
import Statistics
import Terminal

/// Changes of the network and what they do to its results, beside the unchanged network: does it matter?
package struct WhatIfScreen: CursorList {
  /// What is asked together: a pass over the images for each group.
  private var groups: [[WhatIfEntry]]
  /// The row under the cursor.
  var cursor = ListCursor()
  /// Whether the rows that change most images come first.
  private var isSorted = false

  init(_ groups: [[WhatIfEntry]] = []) { self.groups = groups }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "w", "what if", rank: 3, help: "what if: activations frozen, static ...: accuracy, images that change",
        KeyRow.Stroke(["w"], does: { open(in: &$1) }))
    ]
  }

  /// Opens it with what is asked first about the site that is looked at.
  private static func open(in model: inout Model) {
    guard let place = model.site?.site.place else { return }
    model.path.show(
      Self([
        WhatIfEntry.list([.frozen, .noIntercepts], .site(place)), WhatIfEntry.list([.frozen], .role(place.site)),
        WhatIfEntry.list([.frozen, .noIntercepts, .isStatic], .everywhere),
      ]))
  }

  /// A change at a site, at all that have its name, and everywhere.
  static func groups(_ changes: [WhatIf.Change], at place: SitePlace) -> [[WhatIfEntry]] {
    [.site(place), .role(place.site), .everywhere].map { WhatIfEntry.list(changes, $0) }
  }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> {
    Set(groups.compactMap { Self.question($0, in: model) })
  }

  private static func question(_ group: [WhatIfEntry], in model: Model) -> Question? {
    let whatIfs = group.flatMap { $0.whatIfs(in: model) }
    return whatIfs.isEmpty ? nil : .effects(whatIfs)
  }

  /// All rows, in the order of the screen.
  private func rows(in model: Model) -> [WhatIfRow] {
    let rows = groups.flatMap { group -> [WhatIfRow] in
      guard let question = Self.question(group, in: model) else { return [] }
      let found: EffectsFinding? = model.shown?.findings.answer(question)
      let all = group.flatMap { entry in entry.whatIfs(in: model).map { (entry, $0) } }
      return all.enumerated().map { index, row in
        WhatIfRow(entry: row.0, whatIf: row.1, question: question, effect: found?.effects[index])
      }
    }
    guard isSorted else { return rows }
    func changed(_ row: Int) -> Int { rows[row].effect?.changedCount ?? -1 }
    return rows.indices.sorted { changed($0) > changed($1) || changed($0) == changed($1) && $0 < $1 }.map { rows[$0] }
  }
}

// MARK: Keys

extension WhatIfScreen {
  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "row"),
    KeyRow(
      "Enter", "images", rank: 1, help: "the images that get another class",
      KeyRow.Stroke([.enter], does: { $0.showImages(in: &$1) })),
    KeyRow(
      "w", "add a change", rank: 0, help: "another change at the same sites",
      KeyRow.Stroke(["w"], does: { $0.add(in: $1) })),
    KeyRow(
      "a", "every site", rank: 2, help: "the row's change at every site in turn",
      KeyRow.Stroke(["a"], does: { $0.addEach(in: $1) })),
    KeyRow(
      "s", "sort", rank: 3, help: "by the images that change, or as asked",
      KeyRow.Stroke(["s"], does: { screen, _ in screen.isSorted.toggle() })),
    KeyRow(
      "=", "compare", rank: 2, help: "the row's change beside the network as trained",
      KeyRow.Stroke(["="], does: { $0.compare(in: &$1) })),
    .back.called("back", rank: 0), .variant, .help, .quit, .pages,
  ])

  func count(in model: Model) -> Int { rows(in: model).count }

  private func current(in model: Model) -> WhatIfRow? {
    let rows = rows(in: model)
    return rows.isEmpty ? nil : rows[cursor.row(of: rows.count)]
  }

  /// The next kind of change that is not in the list yet, where the row under the cursor has its own.
  private mutating func add(in model: Model) {
    guard let scope = current(in: model)?.scope else { return }
    let entries = groups.joined()
    let next = WhatIf.Change.plain.map { WhatIfEntry($0, scope) }.first { entry in
      !entries.contains(entry) && !entry.whatIfs(in: model).isEmpty
    }
    guard let next else { return }
    groups.append([next])
    if let row = rows(in: model).firstIndex(where: { $0.entry == next }) { cursor.set(row) }
  }

  private mutating func addEach(in model: Model) {
    guard let change = current(in: model)?.whatIf.change else { return }
    let entry = WhatIfEntry(change, .each)
    if !groups.joined().contains(entry) { groups.append([entry]) }
    if let row = rows(in: model).firstIndex(where: { $0.entry == entry }) { cursor.set(row) }
  }

  private func compare(in model: inout Model) {
    guard let row = current(in: model), let id = row.whatIf.sites.first else { return }
    // Of every site in turn the one that the row is about.
    let site = model.index.sites.first { $0.site.id == id }
    let entry = row.entry.scope == .each ? site.map { WhatIfEntry(row.entry.change, .site($0.site.place)) } : row.entry
    guard let entry else { return }
    if row.whatIf.sites.count == 1, let site { model.look(at: site) }
    model.path.lay(CompareScreen(.whatIf(entry)))
  }

  private func showImages(in model: inout Model) {
    guard let row = current(in: model) else { return }
    model.path.lay(ChangedImagesScreen(row.question, row.whatIf, title: row.title(in: model)))
  }
}

// MARK: Drawing

extension WhatIfScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let rows = rows(in: model)
    var inner = drawing.pane("what if", in: drawing.layout.picture, isMarked: model.isFrozen)
    let head = inner.takeTop(1)
    drawing.buffer.write(
      CellText.fitted(headline(rows, in: model), columns: head.width - 2), x: head.x + 1, y: head.y, style: .bold)
    guard !rows.isEmpty else {
      let text = model.index.sites.isEmpty ? "no site yet" : "no activation here computes its coefficients"
      drawing.buffer.write(
        CellText.fitted(text, columns: inner.width - 3), x: inner.x + 3, y: inner.y + 1, limit: inner.x + inner.width)
      return
    }
    let columns = WhatIfColumns(rows.map { $0.title(in: model) }, capabilities: drawing.capabilities)
    ListTable(
      columns: columns.columns, count: rows.count, cursor: cursor.row(of: rows.count),
      cells: { columns.cells(rows[$0], in: model) }, isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  /// `1,000 labelled images · top-1 81.5 % as trained`, with how far the pass is that has the workers.
  private func headline(_ rows: [WhatIfRow], in model: Model) -> String {
    let found = rows.lazy.compactMap { model.shown?.findings.answer($0.question, as: EffectsFinding.self) }
      .max { $0.images < $1.images }
    var parts: [String] = []
    if let own = found?.unchanged {
      parts.append(
        "\(NumberText.grouped(own.labelled > 0 ? own.labelled : own.images)) "
          + (own.labelled > 0 ? "labelled images" : "images without labels"))
      if let top1 = own.top1 { parts.append("top-1 \(NumberText.percent(top1)) as trained") }
    }
    return (parts + [model.progress(of: Set(rows.map(\.question)))].compactMap { $0 }).joined(separator: " · ")
  }
}
