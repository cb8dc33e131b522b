import Figures
import Networks
import Statistics
import Terminal

/// A change as it was asked for on the screen: it means the same in every variant.
package struct WhatIfEntry: Sendable, Equatable {
  /// Where a change is made.
  package enum Scope: Sendable, Equatable {
    case site(SitePlace)
    /// All sites of a name.
    case role(String)
    case everywhere
    /// Every site in turn.
    case each
  }

  let change: WhatIf.Change
  let scope: Scope

  init(_ change: WhatIf.Change, _ scope: Scope) {
    self.change = change
    self.scope = scope
  }

  static func list(_ changes: [WhatIf.Change], _ scope: Scope) -> [Self] { changes.map { Self($0, scope) } }

  /// What it is in the variant that is shown; empty where that has nothing to change.
  func whatIfs(in model: Model) -> [WhatIf] {
    let sites = model.index.sites.map(\.site)
    func whatIf(_ isIn: (ActivationSite) -> Bool) -> WhatIf {
      WhatIf(change, at: sites.filter(isIn).map(\.id), of: sites)
    }
    let all =
      switch scope {
      case .site(let place): [whatIf { $0.place == place }]
      case .role(let name): [whatIf { $0.place.site == name }]
      case .everywhere: [whatIf { _ in true }]
      case .each: sites.map { site in whatIf { $0.id == site.id } }
      }
    return all.filter { !$0.sites.isEmpty }
  }
}

/// A row of the what-if screen.
struct WhatIfRow: Sendable {
  let entry: WhatIfEntry
  let whatIf: WhatIf
  /// What it was asked with.
  let question: Question
  /// Nil before the first image.
  let effect: ChangeEffect?

  /// Where the change is made, for another one there.
  var scope: WhatIfEntry.Scope? { entry.scope == .each ? nil : entry.scope }

  /// `everywhere`, `all 17 A2`, `block 5 A2`.
  func title(in model: Model) -> String { entry.title(of: whatIf, in: model) }
}

extension WhatIfEntry {
  /// `everywhere`, `all 17 A2`, `block 5 A2`.
  func title(in model: Model) -> String { whatIfs(in: model).first.map { title(of: $0, in: model) } ?? "" }

  fileprivate func title(of whatIf: WhatIf, in model: Model) -> String {
    switch scope {
    case .everywhere: "everywhere"
    case .role(let name): "all \(whatIf.sites.count) \(name)"
    case .site, .each:
      whatIf.sites.first.flatMap { id in model.index.sites.first { $0.site.id == id } }.map {
        var label = model.index.label(of: $0.site)
        label.joint = " "
        return label.text
      } ?? ""
    }
  }
}

/// The columns of the what-if screen.
struct WhatIfColumns: Sendable {
  let columns: [ListTable.Column]

  init(_ titles: [String], capabilities: Capabilities) {
    let changes = WhatIf.Change.plain.map(\.title.count).max() ?? 0
    func number(_ title: String, width: Int, rank: Int) -> ListTable.Column {
      ListTable.Column(title, width: width, rank: rank, isRightAligned: true)
    }
    columns = [
      ListTable.Column("where", width: titles.map(\.count).max() ?? 0, least: 16, rank: 0, cut: .beginning),
      ListTable.Column("change", width: changes, least: 14, rank: 0), number("top-1", width: 7, rank: 1),
      number("differs", width: 7, rank: 0), number(capabilities.unicode ? "|Δ logit|" : "|d logit|", width: 9, rank: 4),
      number("changed", width: 7, rank: 2), number("right now", width: 9, rank: 5),
      number("wrong now", width: 9, rank: 5), number("of", width: 6, rank: 6),
    ]
  }

  func cells(_ row: WhatIfRow, in model: Model) -> [String] {
    let name = [row.title(in: model), row.whatIf.change.title]
    guard let effect = row.effect else { return name + columns.dropFirst(2).map { _ in NumberText.absent } }
    let before = model.shown?.findings.answer(row.question, as: EffectsFinding.self)?.unchanged.top1
    let difference = effect.classification.top1.flatMap { after in before.map { 100 * (after - $0) } }
    return name + [
      NumberText.percent(effect.classification.top1),
      difference.map { ($0 > 0 ? "+" : "") + NumberText.fixed($0, decimals: 1) } ?? NumberText.absent,
      NumberText.fixed(effect.logitChange.mean, decimals: 3), NumberText.grouped(effect.changedCount),
      NumberText.grouped(effect.rightNow), NumberText.grouped(effect.wrongNow),
      NumberText.compact(effect.classification.images),
    ]
  }
}

extension WhatIf.Change {
  /// Its name on the screen.
  var title: String {
    switch self {
    case .frozen: "frozen at mean"
    case .noIntercepts: "no intercepts"
    case .firstSegment: "first segment"
    case .isStatic: "static"
    case .uniformAttention: "uniform attention"
    case .anotherImage: "another image's"
    }
  }
}
