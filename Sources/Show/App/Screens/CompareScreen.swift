import Figures
import Networks
import Statistics
import Terminal
import TerminalCharts

/// Two subjects: the scatters of one site side by side on shared axes and levels, or their difference.
package struct CompareScreen: Screen {
  /// How both are shown.
  private enum View: CaseIterable {
    case sideBySide
    /// Shares of pairs, the partner's minus the subject's.
    case difference
  }

  private let partner: Partner
  package var compared: Partner? { partner }
  private var view = View.sideBySide

  init(_ partner: Partner) { self.partner = partner }

  package var keys: [KeyRow<Self>] { Self.rows }

  private static let rows: [KeyRow<Self>] = KeyRow.complete([
    .block, .site,
    KeyRow(
      "=", "difference", rank: 0, help: "side by side, then the difference, then back",
      KeyRow.Stroke(["="], does: { $0.changeView(in: &$1) })),
    KeyRow(
      "t", "table", rank: 1, help: "all sites of both: numbers and their differences",
      KeyRow.Stroke(["t"], does: { screen, model in model.path.lay(DifferencesScreen(screen.partner)) })),
    .bars, .variant, .density, .zoom.called("zoom", rank: 4), .back.called("back", rank: 0), .help, .quit,
    .freeze.offLine,
    .pan.offLine, .fit.offLine, .aspect.offLine,
  ])

  package func layout(_ size: CellSize) -> ScreenLayout { ScreenLayout(size, hasPanel: view == .difference) }

  package func questions(in model: Model) -> Set<Question> {
    model.scatterQuestions
  }

  package func partner(in model: Model) -> RunRequest? {
    partner.subject(in: model).map { subject in
      RunRequest(subject, Set(site(in: model).map { [.density(site: $0.site.id)] } ?? []))
    }
  }

  /// The partner's site where the subject's is.
  private func site(in model: Model) -> SiteFigure? {
    guard let place = model.site?.site.place else { return nil }
    return partner.figure(in: model)?.sites.first { $0.site.place == place }
  }

  private mutating func changeView(in model: inout Model) {
    if view == View.allCases.last { model.path.close() }
    view = view.next
  }

  package mutating func point(_ event: MouseEvent, in model: inout Model) -> [Effect] {
    let layout = layout(model.size)
    let plot = model.plot(layout: layout)
    let panes = panes(layout)
    let pane = panes.last { $0.columns.contains(event.x) } ?? panes[0]
    model.zoom(event, on: plot, in: layout.isFramed ? pane.inset() : pane)
    return []
  }

  /// The rectangles of the scatters, with their frames.
  private func panes(_ layout: ScreenLayout) -> [CellRect] {
    guard view == .sideBySide else { return [layout.picture] }
    var left = layout.picture
    let right = left.takeRight(left.width / 2)
    return [left, right]
  }
}

// MARK: Drawing

extension CompareScreen {
  package func draw(into drawing: inout ScreenDrawing) {
    let model = drawing.model
    let other = partner.figure(in: model)
    let otherSite = site(in: model)
    let own = model.site.flatMap { model.density(of: $0.site.id) }
    let theirs = otherSite.flatMap { other?.density(of: $0.site.id) }
    var plot = model.plot(layout: drawing.layout)
    plot.viewport = viewport(own, theirs, in: model)
    (plot.grid, plot.companion) = (own, theirs)
    let ownName = model.shown?.variant ?? ""
    let name = partner.name(in: model)
    let panes = panes(drawing.layout)
    if view == .difference {
      plot.isDifference = true
      (plot.grid, plot.companion) = (theirs, own)
      let inner = drawing.pane(
        "\(name) minus \(ownName): orange more, blue less", in: panes[0], isMarked: model.isFrozen)
      plot.draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
      drawPanel(own: model.site, otherSite, into: &drawing)
    } else {
      let first = drawing.pane(ownName, in: panes[0], isMarked: model.isFrozen)
      plot.draw(in: first, capabilities: drawing.capabilities, into: &drawing.buffer)
      let second = drawing.pane(name + progress(other), in: panes[1], isMarked: model.isFrozen)
      (plot.grid, plot.companion) = (theirs, own)
      plot.draw(in: second, capabilities: drawing.capabilities, into: &drawing.buffer)
      if let why = absence(other, otherSite, in: model) {
        drawing.buffer.write(
          CellText.fitted(why, columns: second.width - 2), x: second.x + 1, y: second.y + second.height / 2,
          style: .bold, limit: second.x + second.width)
      }
    }
    drawing.drawBars(beside: other, called: name)
  }

  /// Why there is no second scatter; nil where there is one or will be.
  private func absence(_ other: RunFigure?, _ site: SiteFigure?, in model: Model) -> String? {
    if !partner.exists(in: model) { return "nothing to compare with" }
    guard let other else { return partner.subject(in: model) == nil ? "after the unchanged network's means" : nil }
    if case .failed(let reason) = other.progress.state { return reason }
    return site == nil && !other.sites.isEmpty ? "has no such site" : nil
  }

  private func progress(_ other: RunFigure?) -> String {
    other?.progress.words.map { " · " + $0 } ?? ""
  }

  /// The part of the plane that holds both.
  private func viewport(_ own: DensityGrid?, _ theirs: DensityGrid?, in model: Model) -> Viewport {
    if let chosen = model.viewport { return chosen }
    let exponents = [own, theirs].compactMap { $0.flatMap(Viewport.fitting)?.exponent }
    let fit = model.site.map { model.fit(of: $0.site.id).exponent }
    return Viewport(exponent: (exponents + [fit ?? 2]).max() ?? 2)
  }

  /// The site's measures on both sides.
  private func drawPanel(own: SiteFigure?, _ other: SiteFigure?, into drawing: inout ScreenDrawing) {
    guard !drawing.layout.panel.isEmpty else { return }
    let model = drawing.model
    let inner = drawing.pane("as is, compared", in: drawing.layout.panel)
    guard let own else { return }
    func text(_ measure: Measure, _ site: SiteFigure?) -> String {
      site.map {
        measure.columns(
          $0, number: { NumberText.fixed($0, decimals: 2) }, percent: { NumberText.percent($0) })[0]
      } ?? NumberText.absent
    }
    func compared(_ name: String, _ mine: String, _ theirs: String, priority: Int) -> [PanelRow] {
      let both = mine + "  " + CellText.rightAligned(theirs, columns: 7)
      // Below each other where they have no room beside each other.
      return name.count + 1 + both.count <= inner.width - 2
        ? [PanelRow(.value(name, both), priority: priority)]
        : [PanelRow(.value(name, mine), priority: priority), PanelRow(.value("", theirs), priority: priority)]
    }
    // None without its partner: what stays to the end takes two rows.
    var room = inner.height - 2
    var rows = Measure.panelGroups.joined().map { measure in
      let name = drawing.layout.isWide ? measure.title : measure.narrowTitle
      return compared(name, text(measure, own), text(measure, other), priority: 1)
    }.prefix { rows in
      room -= rows.count
      return room >= 0
    }.flatMap(\.self)
    let theirs = other.flatMap { partner.figure(in: model)?.density(of: $0.site.id) }
    if let apart = model.density(of: own.site.id).flatMap({ mine in theirs.flatMap { mine.totalVariation(to: $0) } }) {
      rows += [
        PanelRow(.blank, priority: 3),
        // Half the sum of the shares' differences: 0 for equal densities, 1 for such that share no pair.
        PanelRow(
          .value(drawing.layout.isWide ? "densities apart" : "density apart", NumberText.percent(apart)), priority: 0),
      ]
    }
    let theirSide = partner.figure(in: model)?.progress
    func images(_ progress: RunProgress?) -> String {
      progress.map { NumberText.grouped($0.done) } ?? NumberText.absent
    }
    let classification = (model.shown?.progress.top1, theirSide?.top1)
    rows += compared("images", images(model.shown?.progress), images(theirSide), priority: 2)
    rows.append(PanelRow(.blank, priority: 3))
    rows += compared(
      "top-1", NumberText.percent(classification.0), NumberText.percent(classification.1), priority: 0)
    SidePanel(rows: rows).draw(in: inner, capabilities: drawing.capabilities, into: &drawing.buffer)
  }
}
