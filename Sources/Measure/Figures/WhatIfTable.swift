import Networks
import Statistics

/// What changes of a network do to its results, as files and the printed summary tell it.
public struct WhatIfFigure: Sendable {
  /// The network's sites.
  public let sites: [ActivationSite]
  /// The unchanged network.
  public let unchanged: UnchangedResults
  /// Each change with its effect, in the order of the table.
  public private(set) var rows: [(ablation: Ablation, effect: ChangeEffect)]
  /// What images and classes are called.
  public let names: SourceNames

  /// What the unchanged network does on the same images.
  public struct UnchangedResults: Sendable, Equatable {
    /// How it classifies them.
    public var classification: ClassificationStatistics
    /// Its mean cross-entropy over labelled images; nil without labels.
    public var crossEntropy: Double?

    /// What a finding says of it.
    public init(_ finding: EffectsFinding) {
      classification = finding.unchanged
      crossEntropy = finding.unchangedLoss.mean
    }
  }

  /// Changes of a network with these sites; `rows` in the order of the table.
  public init(
    sites: [ActivationSite], unchanged: UnchangedResults, rows: [(ablation: Ablation, effect: ChangeEffect)],
    names: SourceNames? = nil
  ) {
    self.sites = sites
    self.unchanged = unchanged
    self.rows = rows
    self.names = names ?? SourceNames(images: [], classes: [])
  }

  /// The path of the image whose coefficients stand in for the others'; nil for other changes.
  public func coefficientsImage(of change: WhatIf.Change) -> String? { change.image.map(names.image) }

  /// `what_if`: the unchanged network, then a row for each change.
  public var table: Table {
    var table = Table(
      name: "what_if",
      columns: [
        "order", "step", "name", "block", "site", "sites", "change", "images", "labelled", "top1", "top5",
        "top1_difference", "cross_entropy", "mean_abs_logit_change", "changed", "right_now", "wrong_now",
        "coefficients_of",
      ])
    let own = unchanged.classification
    table.append(
      [.absent, .absent, .absent, .absent, .absent, .integer(0), .text("none")]
        + Self.results(own, before: own, crossEntropy: unchanged.crossEntropy)
        + [.number(0), .integer(0), .integer(0), .integer(0), .absent])
    for (ablation, effect) in rows {
      let site = place(of: ablation)
      table.append(
        [
          .text(ablation.order.rawValue), .optional(ablation.step), .optional(ablation.name),
          .optional(site?.place.block), .optional(site?.place.site), .integer(ablation.whatIf.sites.count),
          .text(ablation.whatIf.change.word),
        ] + Self.results(effect.classification, before: own, crossEntropy: effect.loss.mean)
          + [
            .optional(effect.logitChange.mean), .integer(effect.changedCount), .integer(effect.rightNow),
            .integer(effect.wrongNow), .optional(coefficientsImage(of: ablation.whatIf.change)),
          ])
    }
    return table
  }

  /// `changed_images`: the first images of each change that get another class, by path.
  public var changedImages: Table {
    var table = Table(
      name: "changed_images",
      columns: ["order", "step", "name", "change", "image", "label", "before", "after", "coefficients_of"])
    func name(_ index: Int?) -> Table.Cell { .optional(index.map(names.label)) }
    for (ablation, effect) in rows {
      for image in effect.changedImages {
        table.append([
          .text(ablation.order.rawValue), .optional(ablation.step), .optional(ablation.name),
          .text(ablation.whatIf.change.word), .text(names.image(image.ordinal)),
          name(image.label), name(image.before), name(image.after),
          .optional(coefficientsImage(of: ablation.whatIf.change)),
        ])
      }
    }
    return table
  }

  /// The one site that a row is about or adds.
  private func place(of ablation: Ablation) -> ActivationSite? {
    guard ablation.order != .role else { return nil }
    return ablation.name.flatMap { name in sites.first { $0.node == name } }
  }

  private static func results(
    _ found: ClassificationStatistics, before: ClassificationStatistics, crossEntropy: Double?
  ) -> [Table.Cell] {
    let difference = found.top1.flatMap { after in before.top1.map { after - $0 } }
    return [
      .integer(found.images), .integer(found.labelled), .optional(found.top1), .optional(found.top5),
      .optional(difference), .optional(crossEntropy),
    ]
  }
}
