import Figures
import Statistics
import Terminal

/// The first images that get another class by a change: what they are, and what the networks say.
package struct ChangedImagesScreen: CursorList {
  private let question: Question
  private let whatIf: WhatIf
  /// Where the change is made.
  private let title: String
  var cursor = ListCursor()

  init(_ question: Question, _ whatIf: WhatIf, title: String) {
    self.question = question
    self.whatIf = whatIf
    self.title = title
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .move(to: "image"), .pages,
    KeyRow(
      "Enter", "its functions", rank: 0, help: "the image under the cursor, and its own functions",
      KeyRow.Stroke([.enter], does: { $0.openImage(in: &$1) })),
    .back.called("back", rank: 0), .help, .quit,
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: false, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> { [question] }

  private func effect(in model: Model) -> ChangeEffect? {
    model.shown?.findings.answer(question, as: EffectsFinding.self)?.effects.first { $0.whatIf == whatIf }
  }

  func count(in model: Model) -> Int { effect(in: model)?.changedImages.count ?? 0 }

  private func openImage(in model: inout Model) {
    let images = effect(in: model)?.changedImages.map(\.ordinal) ?? []
    if !images.isEmpty { model.path.lay(ImageScreen(images, at: row(in: model))) }
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let effect = effect(in: model)
    let images = effect?.changedImages ?? []
    var inner = drawing.pane(
      "images that change · \(title) \(whatIf.change.title)", in: drawing.layout.picture, isMarked: model.isFrozen)
    let head = inner.takeTop(1)
    drawing.buffer.write(
      CellText.fitted(Self.headline(effect), columns: head.width - 2), x: head.x + 1, y: head.y, style: .bold)
    guard !images.isEmpty, let names = model.shown?.names else { return }
    @Sendable func name(_ index: Int?) -> String { index.map(names.label) ?? NumberText.absent }
    func width(_ text: (ChangedImage) -> String) -> Int { images.map { text($0).count }.max() ?? 0 }
    let columns = [
      ListTable.Column("image", width: width { names.image($0.ordinal) }, least: 12, rank: 0, cut: .beginning),
      ListTable.Column("label", width: width { name($0.label) }, least: 5, rank: 1),
      ListTable.Column("as trained", width: width { name($0.before) }, least: 5, rank: 0),
      ListTable.Column("changed", width: width { name($0.after) }, least: 5, rank: 0),
      ListTable.Column("", width: 9, rank: 2),
    ]
    ListTable(
      columns: columns, count: images.count, cursor: row(in: model),
      cells: { row in
        let image = images[row]
        return [
          names.image(image.ordinal), name(image.label), name(image.before), name(image.after), Self.verdict(image),
        ]
      }, isMarked: { _ in false }
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }

  private static func headline(_ effect: ChangeEffect?) -> String {
    guard let effect else { return "no image yet" }
    let count = effect.changedCount
    let first = count > effect.changedImages.count ? ", the first \(effect.changedImages.count)" : ""
    return
      "\(NumberText.grouped(count)) of \(NumberText.grouped(effect.classification.images)) images get another class"
      + first
  }

  private static func verdict(_ image: ChangedImage) -> String {
    guard let label = image.label else { return "" }
    return image.after == label ? "right now" : image.before == label ? "wrong now" : ""
  }
}
