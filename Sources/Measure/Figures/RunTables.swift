import Networks
import Statistics

extension SettledRun {
  /// Every table of a run, in the order of the files; the last ones only where channels, or what changes do, was asked.
  public var tables: [Table] {
    [slopeDifferences, coefficients, siteMeasures] + (channels.map { [$0] } ?? [])
      + (exemplars.map { [$0] } ?? []) + (whatIf.map { [$0.table, $0.changedImages] } ?? [])
  }

  /// What changes do, of those questions that have seen every image of the run; nil where none was asked.
  public var whatIf: WhatIfFigure? {
    let found = figure.findings.questions.compactMap { figure.findings.answer($0, as: EffectsFinding.self) }
      .filter { $0.images == figure.classification.images }.sorted { "\($0.question)" < "\($1.question)" }
    guard let first = found.first else { return nil }
    let sites = figure.sites.map(\.site)
    var rows: [(ablation: Ablation, effect: ChangeEffect)] = []
    for effect in found.flatMap(\.effects) where !rows.contains(where: { $0.effect.whatIf == effect.whatIf }) {
      rows.append((Ablation(effect.whatIf, of: sites), effect))
    }
    return WhatIfFigure(sites: sites, unchanged: WhatIfFigure.UnchangedResults(first), rows: rows, names: figure.names)
  }

  /// `slope_difference`: the bars of Fig. 3 (bottom), a row for each site.
  public var slopeDifferences: Table {
    var table = Table(
      name: "slope_difference",
      columns: [
        "block", "site", "node", "block_name", "kind", "channels", "functions", "images", "mean", "deviation", "p10",
        "p50", "p90", "dynamic_score", "by_class",
      ])
    for figure in figure.sites {
      let difference = figure.slopeDifference
      table.append(
        figure.site.nameCells + figure.sizeCells + [
          .optional(difference?.mean), .optional(difference?.deviation), .optional(difference?.p10),
          .optional(difference?.p50), .optional(difference?.p90), .optional(figure.dynamicScore),
          .optional(self.figure.byClass(of: figure.site.id)),
        ])
    }
    return table
  }

  /// `sites`: every measure, a row for each site.
  public var siteMeasures: Table {
    let names = figure.sites.first.map { site in Measure.all.flatMap { $0.fields(site).map(\.name) } } ?? []
    var table = Table(
      name: "sites",
      columns: ["block", "site", "node", "block_name", "kind", "channels", "functions", "images"] + names
        + ["by_class"])
    for figure in figure.sites {
      table.append(
        figure.site.nameCells + figure.sizeCells
          + Measure.all.flatMap { $0.fields(figure).map(\.cell) }
          + [.optional(self.figure.byClass(of: figure.site.id))])
    }
    return table
  }

  /// `coefficients`: the slopes and intercepts of every channel and linear function, over the images.
  public var coefficients: Table {
    var table = Table(
      name: "coefficients",
      columns: [
        "block", "site", "node", "channel", "segment", "slope_mean", "slope_deviation", "intercept_mean",
        "intercept_deviation",
      ])
    for summary in functions {
      let statistics = summary.coefficients
      let isShared = summary.site.activation.sharing == .allChannels
      for channel in 0..<statistics.channels {
        for segment in 0..<statistics.segments {
          let slope = statistics.slope(segment: segment, channel: channel)
          let intercept = statistics.intercept(segment: segment, channel: channel)
          table.append(
            summary.site.nameCells + [
              isShared ? .absent : .integer(channel), .integer(segment + 1), .optional(slope?.mean),
              .optional(slope?.deviation), .optional(intercept?.mean), .optional(intercept?.deviation),
            ])
        }
      }
    }
    return table
  }
}

extension ActivationSite {
  /// The three cells that name a site in every table: block, site, node.
  public var nameCells: [Table.Cell] { [.integer(place.block), .text(place.site), .text(node)] }
}

extension SiteFigure {
  /// Block name, kind, channels, functions and images.
  fileprivate var sizeCells: [Table.Cell] {
    [
      .optional(site.activation.blockName), .text(site.activation.kind), .integer(site.shape.channels),
      .optional(functions), .integer(images),
    ]
  }
}
