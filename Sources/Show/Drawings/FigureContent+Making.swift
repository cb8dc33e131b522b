import Figures
import Networks
import Statistics

extension FigureContent {
  /// What an order's figure shows of a run.
  ///
  /// - Parameters:
  ///   - order: What is to be shown.
  ///   - run: The run, with answers to ``FigureOrder/questions(of:classes:)`` where they were asked.
  ///   - other: What it is compared with.
  ///   - names: What the two are called where they are compared; by default as their variants.
  /// - Throws: ``FigureFailure`` where the run has no such sites, or not what the order needs.
  package init(
    _ order: FigureOrder, of run: SettledRun, beside other: SettledRun? = nil, names: (String, String)? = nil
  ) throws(FigureFailure) {
    let index = SiteIndex(run.figure.sites)
    let overview: SiteIndex.Overview
    do throws(SiteSelection.Failure) {
      overview = try index.overview(order.sites)
    } catch {
      throw FigureFailure("\(run.figure.model): variant \(run.figure.variant): \(error)")
    }
    self.init(kind: order.kind, title: "")
    let called = names ?? (run.figure.variant, other?.figure.variant ?? "")
    let most = Self.pixels(panes: overview.sites.count, order)
    switch order.kind {
    case .fig3, .scatter:
      stacks = overview.sites.map { site in
        Stack(
          site, of: overview,
          [ScatterPane(site.site, run.density(of: site.site.id), scale: order.scale, most: most)])
      }
    case .bars: break
    case .channels: try takeChannels(order, of: run, overview, most: most)
    case .compare:
      guard let other else { throw FigureFailure("a comparison takes two runs, but here is one") }
      takeStacks(order, run, other, called, overview, most: most)
    }
    if order.kind.hasBars {
      takeBars(order, index, overview, run.figure, beside: order.kind == .compare ? other?.figure : nil, called)
    }
    let facts = FigureFacts(order, overview, run: run, beside: order.kind == .compare ? other : nil, names: called)
    title = facts.title
    self.facts = facts.sentences(of: self)
  }

  /// Pixels along a scatter's axis at most: about five to ten a millimetre, for finer ones cannot be seen in print.
  private static func pixels(panes: Int, _ order: FigureOrder) -> Int {
    let side = PaneGrid.side(panes: panes, kind: order.kind, width: order.width)
    let room = min(side * 11, order.dotsPerInch.map { side * $0 / 25.4 } ?? .infinity)
    var pixels = 16
    while pixels < 512, Double(pixels * 2) <= room { pixels *= 2 }
    return pixels
  }

  private mutating func takeStacks(
    _ order: FigureOrder, _ run: SettledRun, _ other: SettledRun, _ names: (String, String),
    _ overview: SiteIndex.Overview, most: Int
  ) {
    stacks = overview.sites.map { site in
      let theirs = other.figure.sites.first { $0.site.place == site.site.place }
      return Stack(
        site, of: overview,
        ScatterPane.compared(
          site.site, (names.0, run.density(of: site.site.id)),
          (names.1, theirs.flatMap { other.density(of: $0.site.id) }),
          scale: order.scale, most: most))
    }
  }

  private mutating func takeBars(
    _ order: FigureOrder, _ index: SiteIndex, _ overview: SiteIndex.Overview, _ run: RunFigure,
    beside other: RunFigure?, _ names: (String, String)
  ) {
    let measure = order.measure
    // The bars are of the sites whose scatters are shown; of one site alone, of those that bear its name.
    let wished = overview.name ?? overview.sites.first?.site.place.site
    let chart = index.chart(of: measure, in: run, beside: other, wished: wished, current: nil)
    let isLabelled = run.progress.top1 != nil
    let note = [chart.name, measure.note(isLabelled: isLabelled, isWide: true)].compactMap { $0 }
    bars = Bars(
      measure: measure, title: measure.title(by: chart.unit, isLabelled: isLabelled, isWide: true),
      note: note.isEmpty ? nil : note.joined(separator: " · "),
      axis: measure.axisTitle(isLabelled: isLabelled), chart: chart, names: other == nil ? [] : [names.0, names.1])
  }

  private mutating func takeChannels(
    _ order: FigureOrder, of run: SettledRun, _ overview: SiteIndex.Overview, most: Int
  ) throws(FigureFailure) {
    var bars: [KindBars.Bar] = []
    for site in overview.sites {
      guard let channels = run.figure.channels(of: site.site.id) else {
        throw FigureFailure("what the channels of \(site.site.node) do was not asked in this run")
      }
      var pane = ScatterPane(
        site.site, run.density(of: site.site.id), scale: order.scale, most: most, ramp: .grey)
      pane.curves = channels.compactMap { channel in
        channel.meanFunction(of: site.site.activation).map {
          ScatterPane.Curve(channel: channel.channel, function: $0, kind: channel.kind)
        }
      }
      stacks.append(Stack(site, of: overview, [pane]))
      let label = overview.name == nil ? site.site.place.site : String(site.site.place.block)
      bars.append(
        KindBars.Bar(
          label: label, site: site.site,
          counts: FunctionKind.allCases.map { kind in channels.count { $0.kind == kind } }, channels: channels.count))
    }
    let unit = overview.name == nil ? "activation" : "block"
    kinds = KindBars(
      title: "channels by kind of function and \(unit)", note: overview.name, unit: unit, bars: bars)
  }
}

extension FigureContent.Stack {
  /// `block 3` with what the block is called, or with the site's name where panels are of different ones.
  init(_ site: SiteFigure, of overview: SiteIndex.Overview, _ panes: [ScatterPane]) {
    let place = site.site.place
    self.init(
      title: "block \(place.block)", name: overview.name == nil ? place.site : site.site.activation.blockName,
      panes: panes)
  }
}

extension BarMeasure {
  /// What stands along the axis: short, for the axis is.
  func axisTitle(isLabelled: Bool) -> String {
    switch self {
    case .slopeDifference: Measure.slopeDifference.title
    case .dynamic: Measure.dynamicScore.title
    case .byClass: Measure.byClassTitle
    case .effect: isLabelled ? "top-1 lost, points" : "images changed, %"
    }
  }
}

extension FigureOrder {
  /// What a run is to be asked beside what every run counts.
  ///
  /// - Parameters:
  ///   - sites: The network's activations.
  ///   - classes: How many classes images are labelled with; nil where they have no labels.
  package func questions(of sites: [ActivationSite], classes: Int?) throws(FigureFailure) -> [Question] {
    let index = SiteIndex(sites.map(SiteFigure.init(unseen:)))
    let overview: SiteIndex.Overview
    do throws(SiteSelection.Failure) {
      overview = try index.overview(self.sites)
    } catch {
      throw FigureFailure("\(error)")
    }
    if kind == .channels { return overview.sites.map { .channels(site: $0.site.id) } }
    guard kind.hasBars else { return [] }
    let wished = overview.name ?? overview.sites.first?.site.place.site
    let charted = index.chart(of: measure, in: nil, wished: wished, current: nil).sites
    switch measure {
    case .slopeDifference, .dynamic: return []
    case .byClass:
      guard let classes else { throw FigureFailure("no image has a label, so nothing can depend on the class") }
      return [.slopeClasses(site: nil, classes: classes)]
    case .effect: return charted.isEmpty ? [] : [.effects(charted.map { WhatIf(.frozen, at: [$0], of: sites) })]
    }
  }
}
