import Figures
import Networks
import Statistics
import Terminal
import TerminalCharts

/// One image's own functions over the cloud of all, with the image beside them.
package struct ImageScreen: Screen {
  /// What is drawn over the image.
  private enum Layer: CaseIterable {
    /// Nothing but the positions with pairs in the region that led here.
    case region
    /// π of variant C.
    case attention
    /// The share of a position's inputs that are not on the first segment.
    case segments
  }

  /// The images that can be walked through, by their places in the source's order.
  private let ordinals: [Int]
  /// Which of them.
  private var index: Int
  /// The part of the scatter that led here, at the site where it was.
  private let region: PairRegion?
  private var layer = Layer.region
  /// Another image, whose functions stay for comparison.
  private var pinned: Int?

  init(_ ordinals: [Int], at index: Int, region: PairRegion? = nil) {
    (self.ordinals, self.index, self.region) = (ordinals, index, region)
  }

  package static func doors<Other: Screen>() -> [KeyRow<Other>] {
    [
      KeyRow(
        "i", "image", rank: 4, help: "one image: its own functions over the cloud of all",
        KeyRow.Stroke(
          ["i"],
          does: { _, model in
            let count = model.shown?.names?.images.count ?? 0
            if count > 0, model.site != nil { model.path.show(Self(Array(0..<count), at: 0)) }
          }))
    ]
  }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    KeyRow(
      "[ ]", "image", rank: 0, help: "previous, next image (also { }: ten further)",
      KeyRow.Stroke(["["], does: { screen, _ in screen.step(-1) }),
      KeyRow.Stroke(["]"], does: { screen, _ in screen.step(1) }),
      KeyRow.Stroke(["{"], does: { screen, _ in screen.step(-10) }),
      KeyRow.Stroke(["}"], does: { screen, _ in screen.step(10) })),
    .block, .site,
    KeyRow(
      "< >", "channel", rank: 1, help: "previous, next channel; none after the last",
      KeyRow.Stroke(["<", ","], does: { $1.stepFunction(-1) }), KeyRow.Stroke([">", "."], does: { $1.stepFunction(1) })
    ),
    KeyRow(
      "p", "pin", rank: 1, help: "keep this image's functions for comparison with others; let them go",
      KeyRow.Stroke(["p"], does: { screen, _ in screen.togglePin() })),
    KeyRow(
      "t", "over it", rank: 2, help: "over the image: positions of the region, attention, segments",
      KeyRow.Stroke(["t"], does: { $0.changeLayer(in: $1) })),
    KeyRow(
      "w", "what if", rank: 2, help: "what if this image's functions stood in for every image's",
      KeyRow.Stroke(["w"], does: { $0.standIn(in: &$1) })),
    KeyRow(
      "m", "mark", rank: 3, help: "keep the image in the list of marks",
      KeyRow.Stroke(["m"], does: { screen, model in model.keep(.image(screen.ordinal)) })),
    .back.called("back", rank: 0), .variant, .help, .quit, .zoom.offLine, .pan.offLine, .fit.offLine, .density.offLine,
    .aspect.offLine,
  ])

  private var ordinal: Int { ordinals.isEmpty ? 0 : ordinals[min(index, ordinals.count - 1)] }

  private mutating func step(_ step: Int) { index = min(max(index + step, 0), max(0, ordinals.count - 1)) }

  /// To the next layer that this site and image have.
  private mutating func changeLayer(in model: Model) {
    guard let site = model.site?.site, let own = finding(ordinal, in: model) else { return }
    for _ in Layer.allCases {
      layer = layer.next
      if overlay(own, site, in: model) != nil { return }
    }
  }

  private func standIn(in model: inout Model) {
    guard !ordinals.isEmpty, let place = model.site?.site.place else { return }
    model.path.lay(WhatIfScreen(WhatIfScreen.groups([.anotherImage(ordinal: ordinal)], at: place)))
  }

  private mutating func togglePin() { pinned = pinned == ordinal ? nil : ordinal }

  package mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect] {
    let layout = layout(model.size)
    model.zoom(event, on: model.plot(layout: layout), in: layout.pictureInside)
    return []
  }

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasBars: false) }

  package func questions(in model: Model) -> Set<Question> {
    guard let site = model.site?.site, !ordinals.isEmpty else { return [] }
    var questions: Set<Question> = [.density(site: site.id), .image(ordinal: ordinal, site: site.id)]
    if let region { questions.insert(.exemplars(site: site.id, region: region)) }
    if let pinned { questions.insert(.image(ordinal: pinned, site: site.id)) }
    return questions
  }
}

// MARK: Drawing

extension ImageScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    guard let site = model.site?.site else { return }
    let own = finding(ordinal, in: model)
    var plot = model.plot(layout: drawing.layout)
    plot.isGrey = true
    if let pinned, pinned != ordinal, let other = finding(pinned, in: model) {
      plot.curves = curves(other, of: site, in: model, style: .pinned)
    }
    if let own { plot.curves += curves(own, of: site, in: model, style: .thin) }
    drawing.drawScatter(plot, subject: subject(own, site, in: model))
    var rows = [
      PanelRow(
        .value("image", "\(NumberText.grouped(index + 1)) of \(NumberText.grouped(ordinals.count))"), priority: 6)
    ]
    if let pinned, pinned != ordinal, let names = model.shown?.names {
      rows.append(PanelRow(.value("pinned", CellText.ending(names.image(pinned), columns: 24)), priority: 1))
    }
    rows += functionRows(own, site, in: model)
    let overlay = own.flatMap { self.overlay($0, site, in: model) }
    if let overlay { rows.insert(PanelRow(.text("over it: " + overlay.words), priority: 2), at: 0) }
    drawing.drawImage(.image(ordinal: ordinal, site: site.id), ordinal: ordinal, overlay: overlay?.map, rows: rows)
  }

  /// Narrow screens have no panel: the title names the image.
  package func title(of model: Model, layout: ScreenLayout, columns: Int) -> String {
    guard layout.panel.isEmpty, let names = model.shown?.names else {
      return Wording.title(of: model, layout: layout, columns: columns)
    }
    let first = finding(ordinal, in: model)?.best(1).first
    let best = first.map { " says " + names.label($0.index) } ?? ""
    return CellText.ending(names.image(ordinal), columns: max(8, columns - best.count)) + best
  }

  private func finding(_ ordinal: Int, in model: Model) -> ImageFinding? {
    guard let site = model.site?.site, let findings = model.shown?.findings else { return nil }
    let found = findings.answer(.image(ordinal: ordinal, site: site.id), as: ImageFinding.self)
    return found.flatMap { $0.images > 0 ? $0 : nil }
  }

  /// `its 96 functions`.
  private func subject(_ found: ImageFinding?, _ site: ActivationSite, in model: Model) -> String {
    guard site.activation.hasCoefficients else { return "its pairs" }
    guard let functions = found?.functions[site.id] else { return "its functions" }
    // The cloud is of outputs; an attention scales these at each position.
    let note = site.activation.attention == nil ? "" : ", before attention"
    if let channel = model.channel, channel < functions.channels, functions.channels > 1 {
      return "its \(functions.channels) functions, channel \(channel) bold" + note
    }
    return (functions.channels == 1 ? "its one function" : "its \(functions.channels) functions") + note
  }

  private func curves(
    _ found: ImageFinding, of site: ActivationSite, in model: Model, style: ScatterPlot.Curve.Style
  ) -> [ScatterPlot.Curve] {
    let functions = found.functions[site.id]
    func curve(_ channel: Int, _ style: ScatterPlot.Curve.Style) -> ScatterPlot.Curve? {
      functions.function(channel: channel, of: site.activation).map { ScatterPlot.Curve($0, style: style) }
    }
    let chosen = functions.channels == 1 ? 0 : model.channel.flatMap { $0 < functions.channels ? $0 : nil }
    // Of a pinned image the chosen channel alone, where there is one: two clouds of lines cannot be told apart.
    if style == .pinned, let chosen { return [curve(chosen, .pinned)].compactMap { $0 } }
    return (0..<functions.channels).filter { $0 != chosen }.compactMap { curve($0, style) }
      + [chosen.flatMap { curve($0, .bold) }].compactMap { $0 }
  }

  /// Slopes and intercepts of the chosen channel.
  private func functionRows(_ found: ImageFinding?, _ site: ActivationSite, in model: Model) -> [PanelRow] {
    guard let functions = found?.functions[site.id], functions.segments > 0,
      let channel = functions.channels == 1 ? 0 : model.channel, channel < functions.channels
    else { return [] }
    let title = functions.channels == 1 ? [] : [PanelRow(.value("channel", String(channel)), priority: 4)]
    let lines = (0..<functions.segments).map { segment in
      PanelRow(
        .value(
          "a\(segment + 1), b\(segment + 1)",
          NumberText.fixed(Double(functions.slope(segment: segment, channel: channel)), decimals: 2) + ", "
            + NumberText.fixed(Double(functions.intercept(segment: segment, channel: channel)), decimals: 2)),
        priority: 3)
    }
    return title + lines
  }

  /// What is drawn over the image, and what it is.
  private func overlay(
    _ found: ImageFinding, _ site: ActivationSite, in model: Model
  ) -> (map: PictureView.Overlay, words: String)? {
    let shape = site.shape
    func map(_ weights: [Double]) -> PictureView.Overlay? {
      weights.count == shape.positions
        ? PictureView.Overlay(height: shape.height, width: shape.width, weights: weights) : nil
    }
    switch layer {
    case .region:
      guard let region,
        let all: ExemplarsFinding = model.shown?.findings.answer(.exemplars(site: site.id, region: region)),
        let own = all.exemplars.first(where: { $0.ordinal == ordinal })
      else { return nil }
      let overlay = PictureView.Overlay(counts: own.positions, height: shape.height, width: shape.width)
      return (overlay, "\(NumberText.grouped(own.pairs)) pairs of the region")
    case .attention:
      let attention = found.detail?.attention.floats.map(Double.init) ?? []
      guard let least = attention.min(), let most = attention.max() else { return nil }
      return map(attention.map { most > least ? ($0 - least) / (most - least) : 0 }).map {
        ($0, "attention π \(NumberText.fixed(least, decimals: 3)) … \(NumberText.fixed(most, decimals: 3))")
      }
    case .segments:
      let counts = found.detail?.segmentCounts ?? []
      let segments = found.functions[site.id].segments
      guard segments > 1, counts.count == shape.positions * segments else { return nil }
      let shares = (0..<shape.positions).map { 1 - Double(counts[$0 * segments]) / Double(max(1, shape.channels)) }
      return map(shares).map { ($0, "inputs not on the first segment") }
    }
  }
}

extension Model {
  /// To the next channel of the site, or to none beyond the first and the last.
  fileprivate mutating func stepFunction(_ step: Int) {
    guard let site = site?.site, site.coefficientChannels > 1 else { return }
    let count = site.coefficientChannels
    // Without a channel it stands at `count`, which is also before 0.
    let next = ((channel.map { min($0, count) } ?? count) + step + count + 1) % (count + 1)
    channel = next == count ? nil : next
  }
}
