import Figures
import Foundation
import Images
import Inference
import Networks
import Statistics
import Synchronization

/// A model's subjects over one set of images: what is asked for has the workers, the others keep what they counted.
///
/// Images are listed and networks planned on a thread of the session's own, so that a screen can be drawn at once.
public final class RunSession: Sendable {
  /// The networks.
  public let model: Model
  private let images: [String]
  private let settings: RunSettings
  private let state = Mutex(State())
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let starter = DispatchQueue(label: "dyviz.session")

  /// A subject's first pass, or the one for a question that came late.
  fileprivate struct PassKey: Hashable {
    var subject: Subject
    var question: Question?
  }

  /// A variant's images, listed once, so that every pass goes over the same ones, and its network made ready to run.
  fileprivate struct Shared {
    let items: [ImageItem]
    let plan: Plan
  }

  fileprivate struct State {
    /// The pass that has the workers.
    var current: PassKey?
    /// What became of starting each pass that was asked for.
    var passes: [PassKey: Result<Pass, StartFailure>] = [:]
    var meters: [PassKey: RateMeter] = [:]
    /// What all passes of a variant share, by its index.
    var shared: [Int: Shared] = [:]
    /// Late passes, the one that was asked for last at the end.
    var late: [PassKey] = []
  }

  /// Late passes that are kept with what they found; those that nobody asked for longest go.
  public static let mostLatePasses = 8

  /// Why a subject could not be started, as the user reads it.
  public struct StartFailure: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// Prepares a session; nothing runs before ``ask(_:_:)``.
  public init(_ model: Model, images: [String], settings: RunSettings) {
    self.model = model
    self.images = images
    self.settings = settings
    start = clock.now
  }

  /// Gives the workers to a subject and returns what is known about it by now. Waits for no worker.
  ///
  /// Its late questions go first, one after the other, then its first pass; each goes on where it was left. A question
  /// that needs the unchanged network's means waits for that one's first pass. The figure answers a question as soon as
  /// every worker has seen an image for it, and says how far the late ones are.
  public func ask(_ subject: Subject, _ questions: Set<Question>) -> RunFigure {
    precondition(model.variants.indices.contains(subject.variant), "no such variant")
    let first = PassKey(subject: subject)
    // What takes least comes first.
    let late = questions.filter { !$0.isStanding }.map { PassKey(subject: subject, question: $0) }
      .sorted { ($0.question?.whatIfs?.count ?? 0, "\($0)") < ($1.question?.whatIfs?.count ?? 0, "\($1)") }
    let now = Double(seconds: clock.now - start)
    let (passes, rate, toStart) = state.withLock { state in
      state.remember(late)
      let needed = late.flatMap { $0.question?.needsMeans == true ? [Self.unchanged($0), $0] : [$0] } + [first]
      let wanted = needed.first { !state.isOver($0) } ?? first
      let toStart = state.current == wanted ? nil : wanted
      if toStart != nil {
        state.pause()
        state.current = wanted
      }
      if case .success(let pass) = state.passes[first], !pass.isFinished, wanted == first {
        state.meters[first, default: RateMeter()].record(done: pass.done + pass.skipped, at: now)
      }
      return (state.passes, state.meters[first]?.imagesPerSecond, toStart)
    }
    if let toStart { begin(toStart) }
    var figure = figure(subject, passes[first], rate: rate, questions: questions)
    for key in late { figure.add(key.question, of: passes[key]) }
    return figure
  }

  /// Stops all workers after their batches and waits for them.
  public func stop() {
    starter.sync {}
    let passes = state.withLock { state -> [Pass] in
      state.pause()
      return state.passes.values.compactMap { try? $0.get() }
    }
    for pass in passes { pass.wait() }
  }

  /// Every subject that has been started with what was counted so far, late questions among it; variants in the model's
  /// order.
  public func settled() -> [SettledRun] {
    let late = state.withLock { $0.passes }
    return firstPasses.map { subject, pass in
      var run = pass.settled(model: model.fileName, variants: model.variants.map(\.name), subject: subject)
      for (key, pass) in late where key.subject == subject {
        if let question = key.question, let pass = try? pass.get() { run.add(pass.findings([question])) }
      }
      return run
    }
  }

  /// The images that were left out, of every variant that has been started.
  public var skipped: [SkippedImage] {
    firstPasses.flatMap { first in
      first.pass.findings([.skipped]).answer(.skipped, as: SkippedImages.self)?.list ?? []
    }
  }

  /// Why what was asked for last cannot go on; nil while all is well.
  public var failure: String? {
    state.withLock { state in
      switch state.current.flatMap({ state.passes[$0] }) {
      case .failure(let failure)?: failure.description
      case .success(let pass)?: pass.strictFailure.map { "\($0)" }
      case nil: nil
      }
    }
  }

  private var firstPasses: [(subject: Subject, pass: Pass)] {
    state.withLock { $0.passes }.compactMap { key, pass in
      guard key.question == nil, let pass = try? pass.get() else { return nil }
      return (key.subject, pass)
    }.sorted { ($0.subject.variant, $0.subject.changes.count) < ($1.subject.variant, $1.subject.changes.count) }
  }

  /// Plans a pass if that was not done yet and gives it the workers. Returns at once.
  private func begin(_ key: PassKey) {
    starter.async { [self] in
      // Who walks fast through channels asks for many in turn: what nobody waits for any more is not planned.
      guard state.withLock({ $0.current == key }) else { return }
      if state.withLock({ $0.passes[key] }) == nil {
        let pass = Result { () throws(StartFailure) in try makePass(key) }
        state.withLock { $0.passes[key] = pass }
      }
      // Another one may have been asked for while this one was being planned.
      state.withLock { state in
        guard state.current == key, case .success(let pass) = state.passes[key], !pass.isFinished else { return }
        pass.resume()
      }
    }
  }

  /// The first pass of the network without changes.
  private static func unchanged(_ key: PassKey) -> PassKey {
    PassKey(subject: Subject(variant: key.subject.variant))
  }

  private func makePass(_ key: PassKey) throws(StartFailure) -> Pass {
    let variant = model.variants[key.subject.variant]
    do {
      var means: FunctionsFinding?
      if key.question?.needsMeans == true, let pass = state.withLock({ $0.passes[Self.unchanged(key)] }) {
        means = try pass.get().findings([.functions]).answer(.functions)
      }
      let shared = try shared(key.subject.variant)
      return try Pass(
        variant, changes: key.subject.changes, questions: key.question.map { [$0] } ?? [], means: means,
        plan: shared.plan, items: shared.items, settings: settings)
    } catch {
      throw StartFailure(description: "\(error)")
    }
  }

  private func shared(_ index: Int) throws -> Shared {
    if let known = state.withLock({ $0.shared[index] }) { return known }
    let variant = model.variants[index]
    let items = try ImageSource(paths: images, labels: variant.labels).items
    let shared = Shared(items: items, plan: try Plan(variant, kernels: settings.kernels))
    state.withLock { $0.shared[index] = shared }
    return shared
  }

  private func figure(
    _ subject: Subject, _ pass: Result<Pass, StartFailure>?, rate: Double?, questions: Set<Question>
  ) -> RunFigure {
    func unseen(_ progress: RunProgress) -> RunFigure {
      RunFigure(
        model: model.fileName, variants: model.variants.map(\.name), subject: subject, progress: progress,
        sites: model.variants[subject.variant].shapes.sites.map { SiteFigure(unseen: $0) })
    }
    switch pass {
    case nil: return unseen(.waiting)
    case .failure(let failure): return unseen(.failed(failure.description))
    case .success(let pass):
      let progress = RunProgress(pass, imagesPerSecond: rate)
      let standing = questions.filter(\.isStanding).union([.functions, .classification])
      var figure =
        pass.latest(standing).map {
          RunFigure(
            model: model.fileName, variants: model.variants.map(\.name), subject: subject, progress: progress,
            findings: $0)
        } ?? unseen(progress)
      figure.names = pass.names
      return figure
    }
  }
}

extension RunFigure {
  /// Adds how far the pass of a late question is, and what it found.
  fileprivate mutating func add(_ question: Question?, of pass: Result<Pass, RunSession.StartFailure>?) {
    guard let question else { return }
    switch pass {
    case nil: late[question] = .waiting
    case .failure(let failure): late[question] = .failed(failure.description)
    case .success(let pass):
      late[question] = RunProgress(pass, imagesPerSecond: nil)
      add(pass.latest([question]) ?? Findings())
    }
  }
}

extension RunSession.State {
  fileprivate mutating func pause() {
    guard let current, case .success(let pass) = passes[current] else { return }
    pass.pause()
    meters[current]?.reset()
  }

  /// Whether a pass needs the workers no more.
  fileprivate func isOver(_ key: RunSession.PassKey) -> Bool {
    switch passes[key] {
    case .success(let pass)?: pass.isFinished
    case .failure?: true
    case nil: false
    }
  }

  /// Notes which late passes are in use and lets go of those that were not for long.
  fileprivate mutating func remember(_ keys: [RunSession.PassKey]) {
    guard !keys.isEmpty else { return }
    late = late.filter { !keys.contains($0) } + keys
    while late.count > max(RunSession.mostLatePasses, keys.count) {
      let key = late.removeFirst()
      guard key != current else { continue }
      passes[key] = nil
      meters[key] = nil
    }
  }
}

extension Double {
  /// A duration in seconds.
  init(seconds duration: Duration) {
    self = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
