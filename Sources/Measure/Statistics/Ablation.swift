import Networks

/// A network's changes in an order that means something: which sites are changed together.
public enum AblationOrder: String, Sendable, Hashable, Codable, CaseIterable {
  /// All sites at once.
  case all
  /// All sites of a name at once (A1, A2, A3, ...), for each name.
  case role
  /// Each site alone.
  case each
  /// The first site, the first two, ... to all, in the graph's order.
  case fromFirst = "from-first"
  /// The last site, the last two, ... to all.
  case fromLast = "from-last"
  /// One site more at each step: the one that costs least beside those before it.
  case greedy
}

/// One row of a what-if table: a change, and why it is in the table.
public struct Ablation: Sendable, Hashable {
  /// What put it there.
  public let order: AblationOrder
  /// The change.
  public let whatIf: WhatIf
  /// The sites' common name, for ``AblationOrder/role``; the site's node for a single one, and for the one that a step
  /// adds.
  public let name: String?
  /// The step, from 1, in the orders that go step by step.
  public let step: Int?

  package init(_ order: AblationOrder, _ whatIf: WhatIf, name: String? = nil, step: Int? = nil) {
    self.order = order
    self.whatIf = whatIf
    self.name = name
    self.step = step
  }

  /// A change that was asked for by itself: at all sites that have it, at all of a name, or at one.
  package init(_ whatIf: WhatIf, of sites: [ActivationSite]) {
    let names = Set(whatIf.sites.map { sites[$0].place.site })
    let order: AblationOrder = whatIf.sites.count == 1 ? .each : names.count == 1 ? .role : .all
    let name = whatIf.sites.first.map { order == .each ? sites[$0].node : sites[$0].place.site }
    self.init(order, whatIf, name: order == .all ? nil : name)
  }

  /// What an order asks for, in its order; nothing for ``AblationOrder/greedy``, whose next step depends on the last.
  public static func list(_ order: AblationOrder, _ change: WhatIf.Change, of sites: [ActivationSite]) -> [Ablation] {
    let ids = WhatIf(change, at: sites.indices, of: sites).sites
    func whatIf(_ ids: some Sequence<Int>) -> WhatIf { WhatIf(change, at: ids, of: sites) }
    guard !ids.isEmpty else { return [] }
    switch order {
    case .all: return [Ablation(order, whatIf(ids))]
    case .role:
      var names: [String] = []
      for id in ids where !names.contains(sites[id].place.site) { names.append(sites[id].place.site) }
      return names.map { name in Ablation(order, whatIf(ids.filter { sites[$0].place.site == name }), name: name) }
    case .each: return ids.map { Ablation(order, whatIf([$0]), name: sites[$0].node) }
    case .fromFirst: return steps(order, ids, whatIf, sites)
    case .fromLast: return steps(order, ids.reversed(), whatIf, sites)
    case .greedy: return []
    }
  }

  private static func steps(
    _ order: AblationOrder, _ ids: [Int], _ whatIf: (ArraySlice<Int>) -> WhatIf, _ sites: [ActivationSite]
  ) -> [Ablation] {
    ids.indices.map { Ablation(order, whatIf(ids[...$0]), name: sites[ids[$0]].node, step: $0 + 1) }
  }
}

/// The greedy order of one change, a step at a time.
public struct GreedyAblation: Sendable {
  private let change: WhatIf.Change
  private let sites: [ActivationSite]
  private var chosen: [Int] = []
  private var left: [Int]

  /// Nothing chosen yet.
  public init(_ change: WhatIf.Change, of sites: [ActivationSite]) {
    self.change = change
    self.sites = sites
    left = WhatIf(change, at: sites.indices, of: sites).sites
  }

  /// What the next step must compare: those chosen so far, with each of the others; empty at the end.
  public var candidates: [WhatIf] { left.map { WhatIf(change, at: chosen + [$0], of: sites) } }

  /// Chooses the candidate with the least mean cross-entropy, without labels the one with the least mean |Δ logit|;
  /// ties by the graph's order. What is not known comes last.
  ///
  /// - Parameter effects: Of ``candidates``, in their order.
  public mutating func choose(by effects: [ChangeEffect]) -> (ablation: Ablation, effect: ChangeEffect) {
    precondition(effects.map(\.whatIf) == candidates && !effects.isEmpty, "effects of other changes")
    func cost(_ effect: ChangeEffect) -> Double { effect.loss.mean ?? effect.logitChange.mean ?? .infinity }
    let best = effects.indices.reduce(0) { cost(effects[$1]) < cost(effects[$0]) ? $1 : $0 }
    chosen.append(left.remove(at: best))
    let node = sites[chosen[chosen.count - 1]].node
    return (Ablation(.greedy, effects[best].whatIf, name: node, step: chosen.count), effects[best])
  }
}
