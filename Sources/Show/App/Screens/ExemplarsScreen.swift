import Figures
import Networks
import Statistics
import Terminal
import TerminalCharts

/// The images behind a part of a scatter, those with most pairs first.
package struct ExemplarsScreen: CursorList {
  /// What the rows are sorted by.
  private enum Order: String, CaseIterable {
    case pairs, image, label
  }

  private let place: SitePlace
  private let region: PairRegion
  private var order = Order.pairs
  var cursor = ListCursor()

  init(_ place: SitePlace, _ region: PairRegion) { (self.place, self.region) = (place, region) }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "image"),
    KeyRow(
      "Enter", "its functions", rank: 0, help: "the image under the cursor, and its own functions",
      KeyRow.Stroke([.enter], does: { $0.openImage(in: &$1) })),
    KeyRow(
      "s", "sort", rank: 2, help: "by pairs, by image, by label",
      KeyRow.Stroke(["s"], does: { screen, _ in screen.order = screen.order.next })),
    KeyRow(
      "m", "mark", rank: 2, help: "keep the image in the list of marks",
      KeyRow.Stroke(
        ["m"],
        does: { screen, model in
          if let image = screen.current(in: model) { model.keep(.image(image.ordinal)) }
        })),
    .export, .back.called("back", rank: 0), .variant, .help, .quit, .pages,
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> {
    guard let question = question(in: model) else { return [] }
    var questions: Set = [question]
    if let image = current(in: model), let site = site(in: model), !layout(model.size).panel.isEmpty {
      questions.insert(.image(ordinal: image.ordinal, site: site.site.id))
    }
    // Asked once all images are found, so that the list of images asked about stays the same.
    if let found = finding(in: model), model.shown?.late[question]?.state == .done, !found.exemplars.isEmpty {
      questions.insert(Self.predictions(found))
    }
    return questions
  }

  private static func predictions(_ found: ExemplarsFinding) -> Question {
    .predictions(found.exemplars.map(\.ordinal).sorted())
  }

  private func site(in model: Model) -> SiteFigure? { model.index.site(at: place) }

  private func question(in model: Model) -> Question? {
    site(in: model).map { .exemplars(site: $0.site.id, region: region) }
  }

  private func finding(in model: Model) -> ExemplarsFinding? {
    question(in: model).flatMap { model.shown?.findings.answer($0) }
  }

  /// The rows as they are sorted.
  private func exemplars(in model: Model) -> [Exemplar] {
    let found = finding(in: model)?.exemplars ?? []
    guard order != .pairs, let names = model.shown?.names else { return found }
    func key(_ exemplar: Exemplar) -> String {
      order == .image ? names.image(exemplar.ordinal) : names.labelName(ofImage: exemplar.ordinal) ?? ""
    }
    let keys = found.map(key)
    return found.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { found[$0] }
  }

  func count(in model: Model) -> Int { finding(in: model)?.exemplars.count ?? 0 }

  private func current(in model: Model) -> Exemplar? {
    let exemplars = exemplars(in: model)
    return exemplars.isEmpty ? nil : exemplars[cursor.row(of: exemplars.count)]
  }

  private func openImage(in model: inout Model) {
    let exemplars = exemplars(in: model)
    guard !exemplars.isEmpty, let site = site(in: model) else { return }
    model.look(at: site)
    model.path.lay(ImageScreen(exemplars.map(\.ordinal), at: row(in: model), region: region))
  }
}

// MARK: Drawing

extension ExemplarsScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let label = site(in: model).map { model.index.label(of: $0.site).text } ?? ""
    var inner = drawing.pane(
      "behind \(region.text)" + (label.isEmpty ? "" : " · " + label), in: drawing.layout.picture,
      isMarked: model.isFrozen)
    for line in headline(in: model) {
      let head = inner.takeTop(1)
      drawing.buffer.write(
        CellText.fitted(line, columns: head.width - 2), x: head.x + 1, y: head.y, style: .bold,
        limit: head.x + head.width)
    }
    drawList(in: inner, into: &drawing)
    guard let current = current(in: model), let site = site(in: model) else { return }
    let shape = site.site.shape
    drawing.drawImage(
      .image(ordinal: current.ordinal, site: site.site.id), ordinal: current.ordinal,
      overlay: PictureView.Overlay(counts: current.positions, height: shape.height, width: shape.width),
      rows: [PanelRow(.value("pairs", NumberText.grouped(current.pairs)), priority: 0)])
  }

  private func headline(in model: Model) -> [String] {
    guard let site = site(in: model), let question = question(in: model) else {
      return ["this variant has no such site"]
    }
    guard let found = finding(in: model) else { return [model.absence(of: [question])] }
    let channels = SparseCounts.text(found.byChannel, most: 6)
    let progress = model.progress(of: [question])
    let isAll = found.exemplars.count == found.matchingImages
    return [
      found.summary + (progress.map { " · " + $0 } ?? ""),
      (isAll ? "" : "the \(found.exemplars.count) with most pairs · ") + "channels: "
        + (channels.isEmpty ? NumberText.absent : channels)
        + (order == .pairs ? "" : " · sorted by \(order.rawValue)"),
    ] + (site.site.activation.isDynamic ? [] : ["this activation does not depend on the image"])
  }

  private func drawList(in rect: CellRect, into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let exemplars = exemplars(in: model)
    guard !exemplars.isEmpty, let names = model.shown?.names else { return }
    let predictions: PredictionsFinding? = finding(in: model).flatMap {
      model.shown?.findings.answer(Self.predictions($0))
    }
    let rows = exemplars.map { exemplar -> [String] in
      let prediction = predictions?.byImage[exemplar.ordinal]
      let says = prediction.flatMap { own in
        own.best.map { names.label($0) + " " + NumberText.fixed(own.probability, decimals: 2) }
      }
      return [
        NumberText.grouped(exemplar.pairs), exemplar.channels.text(most: 3), names.image(exemplar.ordinal),
        names.labelName(ofImage: exemplar.ordinal) ?? "", says ?? "",
      ]
    }
    func width(_ column: Int) -> Int { rows.map { $0[column].count }.max() ?? 0 }
    let columns = [
      ListTable.Column("pairs", width: width(0), rank: 0, isRightAligned: true),
      ListTable.Column("channels", width: width(1), least: 6, rank: 3),
      ListTable.Column("image", width: width(2), least: 12, rank: 0, cut: .beginning),
      ListTable.Column("label", width: width(3), least: 4, rank: 2), ListTable.Column("says", width: width(4), rank: 1),
    ]
    ListTable(
      columns: columns, count: rows.count, cursor: cursor.row(of: rows.count), cells: { rows[$0] },
      isMarked: { [marks = model.marks] in marks.contains(.image(exemplars[$0].ordinal)) }
    ).draw(in: rect, capabilities: drawing.capabilities, into: &drawing.buffer)
  }
}

extension CaseIterable where Self: Equatable {
  /// The case after this one, the first after the last.
  var next: Self {
    let all = Array(Self.allCases)
    let index = all.firstIndex(of: self) ?? 0
    return all[(index + 1) % all.count]
  }
}
