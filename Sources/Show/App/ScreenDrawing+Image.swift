import Figures
import Statistics
import Terminal
import TerminalCharts

extension PictureView.Overlay {
  /// Counts at positions, the largest standing out most and none less than half of it.
  init(counts: SparseCounts, height: Int, width: Int) {
    var weights = [Double](repeating: 0, count: height * width)
    let most = Double(counts.entries.map(\.count).max() ?? 1)
    for entry in counts.entries where weights.indices.contains(entry.index) {
      weights[entry.index] = 0.5 + 0.5 * Double(entry.count) / most
    }
    self.init(height: height, width: width, weights: weights)
  }
}

extension ScreenDrawing {
  /// One image in the panel beside the picture: how the network sees it, what it is and what the network says.
  ///
  /// - Parameters:
  ///   - question: What was asked about it.
  ///   - ordinal: Its place in the source's order.
  ///   - overlay: What is drawn over it.
  ///   - rows: What else is to be said, above the rest.
  mutating func drawImage(
    _ question: Question, ordinal: Int, overlay: PictureView.Overlay?, rows: [PanelRow] = []
  ) {
    guard !layout.panel.isEmpty, let names = model.shown?.names else { return }
    var inner = pane(CellText.ending(names.image(ordinal), columns: layout.panel.width - 5), in: layout.panel)
    guard let found: ImageFinding = model.shown?.findings.answer(question), found.images > 0 else {
      let isOver = model.shown?.late[question]?.state == .done
      let failure = model.shown?.failure(of: question) ?? (isOver ? "could not be read" : "waiting for the image")
      buffer.write(CellText.fitted(failure, columns: inner.width - 1), x: inner.x + 1, y: inner.y)
      return
    }
    let text = rows + Self.rows(found, names)
    if let picture = names.preprocessing.flatMap({ Picture(found, $0) }) {
      let view = PictureView(picture, overlay: overlay)
      var room = inner
      room.height = max(0, min(inner.height - min(text.count, 8) - 1, inner.width / 2 + 1))
      view.draw(in: room, capabilities: capabilities, into: &buffer)
      _ = inner.takeTop(room.isEmpty ? 0 : view.size(in: room).rows)
    }
    SidePanel(rows: text).draw(in: inner, capabilities: capabilities, into: &buffer)
  }

  private static func rows(_ found: ImageFinding, _ names: SourceNames) -> [PanelRow] {
    let best = found.best(5)
    var rows = [PanelRow(.value("label", found.label.map(names.label) ?? NumberText.absent), priority: 0)]
    for (index, entry) in best.enumerated() {
      let name = (index == 0 ? "says " : "     ") + names.label(entry.index)
      rows.append(
        PanelRow(.value(name, NumberText.fixed(entry.probability, decimals: 2)), priority: index == 0 ? 0 : 1 + index))
    }
    return rows
  }
}
