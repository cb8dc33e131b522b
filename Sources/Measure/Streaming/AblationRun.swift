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
  private var known: Findings
  /// Images that could not be read.
  public private(set) var skipped: [SkippedImage] = []
  /// What was found of all changes that no step depends on, and how far that pass was.
  public private(set) var answer: SettledRun.LateAnswer?
  /// That fewer threads worked than were asked for; nil where all did.
  public private(set) var shortage: String?

  /// A run over images that has not begun.
  ///
  /// - Parameters:
  ///   - variant: The unchanged network.
  ///   - items: The source's images.
  ///   - settings: How they are streamed, and which.
  ///   - known: What is known of the unchanged network on all of them; what is missing is asked first.
  ///   - report: Is told how far it is.
  public init(
    _ variant: Variant, items: [ImageItem], settings: RunSettings, known: Findings = Findings(),
    report: @escaping Report
  ) {
    self.variant = variant
    self.items = items
    self.settings = settings
    self.known = known
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
      known.set(try finished(need, "what \(change.word) needs").findings)
    }
    func figure(_ found: EffectsFinding, _ rows: [(ablation: Ablation, effect: ChangeEffect)]) -> WhatIfFigure {
      WhatIfFigure(
        sites: sites, unchanged: WhatIfFigure.UnchangedResults(found), rows: rows,
        names: SourceNames(images: items.map(\.relativePath), classes: variant.labels))
    }
    // Without images there are no means to freeze at.
    guard known[.functions]?.images != 0 else { return figure(EffectsFinding([]), []) }
    let plan = AblationPlan(orders, changes, of: sites)
    let answer = try finished(plan.question, "\(plan.question.whatIfs?.count ?? 0) changes")
    self.answer = answer
    guard let found: EffectsFinding = answer.findings.answer(plan.question), var rows = plan.rows(found) else {
      preconditionFailure("a pass answers its question")
    }
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
    guard let found: EffectsFinding = try finished(question, words).findings.answer(question) else {
      preconditionFailure("a pass answers its question")
    }
    return found
  }

  private mutating func finished(_ question: Question, _ words: String) throws -> SettledRun.LateAnswer {
    var settings = settings
    if question.images != nil {
      // A question about one image has no answer without it, in whichever share it is.
      settings.strict = true
      settings.share = nil
    }
    let pass = try Pass(variant, questions: [question], known: known, items: items, settings: settings)
    pass.runToEnd { report(words, $0) }
    if let failure = pass.failureText { throw PassFailure(description: failure) }
    shortage = pass.shortage ?? shortage
    let answer = pass.counted([question, .skipped])
    skipped = answer.findings.answer(.skipped, as: SkippedImages.self)?.list ?? []
    return answer
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
