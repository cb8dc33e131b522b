import Figures
import Statistics
import Terminal
import TerminalCharts

/// One channel: its scatter with its mean function, and its numbers.
package struct ChannelScreen: Screen {
  /// The list that it was opened from: what the next channel is.
  private let order: ChannelOrder

  init(_ order: ChannelOrder = ChannelOrder()) { self.order = order }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    KeyRow(
      "↑↓", "channel", rank: 1, help: "k j: previous, next channel in the list's order",
      KeyRow.Stroke([.up, "k"], does: { $1.stepChannels(-1, in: $0.order) }),
      KeyRow.Stroke([.down, "j"], does: { $1.stepChannels(1, in: $0.order) })),
    .density, .zoom, .fit, .pan, .aspect, .freeze, .back.called("back", rank: 0), .help, .quit,
  ])

  package var words: [Glossary.Entry] { ChannelWords.all }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> {
    model.channelQuestions.union(densityQuestion(in: model).map { [$0] } ?? [])
  }

  private func densityQuestion(in model: Model) -> Question? {
    guard let site = model.site?.site, let channel = number(in: model) else { return nil }
    return .channelDensity(site: site.id, channel: channel)
  }

  /// The channel that is looked at, or the list's first where the site does not have it.
  private func number(in model: Model) -> Int? {
    guard let site = model.site?.site else { return nil }
    if let channel = model.channel, channel < site.shape.channels { return channel }
    return model.channels(order).first?.channel
  }

  private func channel(in model: Model) -> ChannelFigure? {
    guard let site = model.site?.site, let channel = number(in: model) else { return nil }
    return model.shown?.channel(channel, of: site.id)
  }

  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    guard !layout.isFramed, let channel = channel(in: model) else {
      return Wording.title(of: model, layout: layout, columns: columns)
    }
    let kind = channel.kind.map { " " + $0.rawValue } ?? ""
    let slopes = channel.slopes.prefix(2).map { NumberText.fixed($0.mean, decimals: 2) }.joined(separator: " ")
    return CellText.fitted("· ch \(channel.channel)\(kind) \(slopes)", columns: columns)
  }

  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    guard let figure = model.site, let channel = channel(in: model) else {
      _ = drawing.drawScatter(nil, viewport: model.viewport ?? Viewport(exponent: 2))
      return
    }
    let site = figure.site
    let question = densityQuestion(in: model)
    let found = question.flatMap { model.shown?.findings.answer($0, as: DensityFinding.self) }
    let subject = ["channel \(channel.channel)", question.flatMap { model.progress(of: [$0]) }]
    let curve = channel.meanFunction(of: site.activation).map { ScatterPlot.Curve($0, style: .bold) }
    let fullest = drawing.drawScatter(
      found?.grid, viewport: model.viewport(of: site.id),
      subject: subject.compactMap { $0 }.joined(separator: " · "), curves: curve.map { [$0] } ?? [])
    guard !drawing.layout.panel.isEmpty else { return }
    let label = model.index.label(of: site).fitted(columns: drawing.layout.panel.width - 5)
    let inner = drawing.pane(label, in: drawing.layout.panel)
    SidePanel(
      channel: channel, of: figure, fullestPixel: fullest, width: inner.width,
      capabilities: drawing.capabilities
    ).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }
}
