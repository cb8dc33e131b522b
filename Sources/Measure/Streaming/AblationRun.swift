import Figures
import Images
import Networks
import Statistics

/// A what-if table from beginning to end: what the changes need to know of the unchanged network, then all changes side
/// by side, then the greedy orders step by step.
public struct AblationRun {
  /// Is told what is being done and how far it is.
  public typealias Report = (_ words: String, _ progress: RunProgress) -> Void

  private let variant: Variant
  private let items: [ImageItem]
  private let settings: RunSettings
  private let report: Report
  /// What is known of the unchanged network, where a change needs it.
  private var known = Findings()
  /// Images that could not be read.
  public private(set) var skipped: [SkippedImage] = []
  /// That fewer threads worked than were asked for; nil where all did.
  public private(set) var shortage: String?

  /// A run over images that has not begun.
  public init(_ variant: Variant, items: [ImageItem], settings: RunSettings, report: @escaping Report) {
    self.variant = variant
    self.items = items
    self.settings = settings
    self.report = report
  }

  /// Runs every change in every order.
  ///
  /// - Throws: ``GraphError`` where the network cannot be run or what a change needs is not known; ``PassFailure``
  ///   where a strict run is ended by an image, for an image whose coefficients are to stand in and that cannot be
  ///   read, and where no thread can be started.
  public mutating func run(_ orders: [AblationOrder], _ changes: [WhatIf.Change]) throws -> WhatIfFigure {
    let sites = variant.shapes.sites
    for change in changes {
      guard let need = change.needs, known[need] == nil else { continue }
      known.set(try finished(need, "what \(change.word) needs"))
    }
    func figure(_ found: EffectsFinding, _ rows: [(ablation: Ablation, effect: ChangeEffect)]) -> WhatIfFigure {
      WhatIfFigure(
        sites: sites, unchanged: WhatIfFigure.UnchangedResults(found), rows: rows,
        names: SourceNames(images: items.map(\.relativePath), classes: variant.labels))
    }
    // Without images there are no means to freeze at.
    guard known[.functions]?.images != 0 else { return figure(EffectsFinding([]), []) }
    let listed = orders.flatMap { order in changes.flatMap { Ablation.list(order, $0, of: sites) } }
    // A change that two orders ask for runs once.
    var distinct: [WhatIf] = []
    for ablation in listed where !distinct.contains(ablation.whatIf) { distinct.append(ablation.whatIf) }
    let found = try effects(distinct, "\(distinct.count) changes")
    var rows = listed.map { ablation in (ablation, found.effect(of: ablation.whatIf)) }
    if orders.contains(.greedy) {
      for change in changes { rows += try greedy(change, of: sites) }
    }
    return figure(found, rows)
  }

  private mutating func greedy(
    _ change: WhatIf.Change, of sites: [ActivationSite]
  ) throws -> [(Ablation, ChangeEffect)] {
    var order = GreedyAblation(change, of: sites)
    var rows: [(Ablation, ChangeEffect)] = []
    let total = order.candidates.count
    while !order.candidates.isEmpty {
      let found = try effects(order.candidates, "greedy, \(change.word): step \(rows.count + 1) of \(total)")
      rows.append(order.choose(by: found.effects))
    }
    return rows
  }

  private mutating func effects(_ whatIfs: [WhatIf], _ words: String) throws -> EffectsFinding {
    let question = Question.effects(whatIfs)
    guard let found: EffectsFinding = try finished(question, words).answer(question) else {
      preconditionFailure("a pass answers its question")
    }
    return found
  }

  private mutating func finished(_ question: Question, _ words: String) throws -> Findings {
    var settings = settings
    // A question about one image has no answer without it.
    if question.images != nil { settings.strict = true }
    let pass = try Pass(variant, questions: [question], known: known, items: items, settings: settings)
    pass.runToEnd { report(words, $0) }
    if let failure = pass.failureText { throw PassFailure(description: failure) }
    shortage = pass.shortage ?? shortage
    let findings = pass.findings([question, .skipped])
    skipped = findings.answer(.skipped, as: SkippedImages.self)?.list ?? []
    return findings
  }
}

/// A pass' statistics would take more memory than they may.
public struct MemoryFailure: Error, CustomStringConvertible {
  /// The sentence, with the numbers.
  public let description: String
}

/// Why a pass ended before its last image.
public struct PassFailure: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String
}

extension EffectsFinding {
  fileprivate func effect(of whatIf: WhatIf) -> ChangeEffect {
    guard let effect = effects.first(where: { $0.whatIf == whatIf }) else {
      preconditionFailure("every change was asked for")
    }
    return effect
  }
}
