import Networks
import Statistics

/// What a what-if table without steps that depend on each other asks: all changes in all orders, each once.
public struct AblationPlan: Sendable {
  /// The rows of the table.
  private let listed: [Ablation]
  /// What answers all of them.
  public let question: Question

  /// The changes of a network with these sites; orders whose next step depends on the last ask for nothing here.
  public init(_ orders: [AblationOrder], _ changes: [WhatIf.Change], of sites: [ActivationSite]) {
    listed = orders.flatMap { order in changes.flatMap { Ablation.list(order, $0, of: sites) } }
    // A change that two orders ask for runs once.
    var distinct: [WhatIf] = []
    for ablation in listed where !distinct.contains(ablation.whatIf) { distinct.append(ablation.whatIf) }
    question = .effects(distinct)
  }

  /// Rows in their order; nil where one of the changes is not among what was found.
  public func rows(_ found: EffectsFinding) -> [(ablation: Ablation, effect: ChangeEffect)]? {
    var rows: [(ablation: Ablation, effect: ChangeEffect)] = []
    for ablation in listed {
      guard let effect = found.effects.first(where: { $0.whatIf == ablation.whatIf }) else { return nil }
      rows.append((ablation, effect))
    }
    return rows
  }
}

extension SettledRun {
  /// The table of a plan, from what was asked; nil where that does not hold all of it.
  public func whatIf(_ plan: AblationPlan) -> WhatIfFigure? {
    let found = questions.compactMap { finding($0) as? EffectsFinding }
    for effects in found {
      guard let rows = plan.rows(effects) else { continue }
      return WhatIfFigure(
        sites: figure.sites.map(\.site), unchanged: WhatIfFigure.UnchangedResults(effects), rows: rows,
        names: figure.names)
    }
    return nil
  }
}
