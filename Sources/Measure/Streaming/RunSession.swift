import Dispatch
import Figures
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
  private let catalog: ImageCatalog
  private let settings: RunSettings
  private let state = Mutex(State())
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let starter = DispatchQueue(label: "dyviz.session")

  /// Late passes that are kept; those that nobody asked for longest go.
  public static let mostLatePasses = 8
  /// Answers that are kept of late passes that are over and gone.
  public static let mostLateAnswers = 64
  /// First passes of changed networks that are kept.
  public static let mostChangedSubjects = 1

  /// Why a subject could not be started, as the user reads it.
  public struct StartFailure: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// Prepares a session; nothing runs before ``ask(_:_:)``.
  public convenience init(_ model: Model, images: [String], settings: RunSettings) {
    self.init(model, images: ImageCatalog(ImageRequest(paths: images)), settings: settings)
  }

  /// The same over the images of a catalog.
  public init(_ model: Model, images: ImageCatalog, settings: RunSettings) {
    self.model = model
    catalog = images
    self.settings = settings
    start = clock.now
  }

  /// Gives the workers to the first of some subjects until it is through, then to the others, and returns what is known
  /// about each by now. Waits for no worker.
  ///
  /// A subject's late questions go first, one after the other, then its first pass; each goes on where it was left.
  /// What a question needs to know of the unchanged network (``Question/needs``) goes before it. A figure answers a
  /// question as soon as every worker has seen an image for it, and says how far the late ones are.
  public func ask(_ requests: [RunRequest]) -> [RunFigure] {
    let keys = requests.map(Keys.init)
    let now = Double(seconds: clock.now - start)
    let (state, toStart) = state.withLock { state in
      state.remember(keys)
      let wanted = keys.lazy.flatMap(\.needed).first { !state.isOver($0) } ?? keys.first?.first
      let toStart = state.current == wanted ? nil : wanted
      if toStart != nil {
        state.pause()
        state.current = wanted
      }
      if let wanted { state.measure(wanted, at: now) }
      return (state, toStart)
    }
    if let toStart { begin(toStart) }
    return keys.map { key in
      var figure = figure(
        key.first.subject, state.passes[key.first], rate: state.meters[key.first]?.imagesPerSecond,
        questions: key.questions)
      for late in key.late { figure.add(late.question, of: state.passes[late], or: state.answer(late)) }
      return figure
    }
  }

  /// As ``ask(_:)``, about one subject.
  public func ask(_ subject: Subject, _ questions: Set<Question>) -> RunFigure {
    ask([RunRequest(subject, questions)])[0]
  }

  /// Ends all passes, each worker after the image that it has, and waits for them, or so many seconds at most.
  public func stop(atMost seconds: Double = .infinity) {
    let end = clock.now + .seconds(min(seconds, 1e9))
    let isPlanned = DispatchSemaphore(value: 0)
    starter.async { isPlanned.signal() }
    func left() -> Double { max(0, Double(seconds: end - clock.now)) }
    guard isPlanned.wait(timeout: .now() + left()) == .success else { return }
    let passes = state.withLock { state -> [Pass] in
      state.pause()
      return state.passes.values.compactMap { try? $0.get() }
    }
    for pass in passes { pass.end() }
    for pass in passes where !pass.wait(atMost: left()) { return }
  }

  /// Every subject that has been started with what was counted so far, late questions among it; variants in the model's
  /// order.
  public func settled() -> [SettledRun] {
    let (late, answers) = state.withLock { ($0.passes, $0.answers) }
    return firstPasses.map { subject, pass in
      var run = pass.settled(model: model.fileName, variants: model.variants.map(\.name), subject: subject)
      if let listing = listing(subject.variant) { run.add(listing) }
      for (key, answer) in answers where key.subject == subject {
        if let question = key.question { run.add(answer.findings, [question: answer.progress]) }
      }
      for (key, pass) in late where key.subject == subject {
        if let question = key.question, let pass = try? pass.get() { run.add(pass, [question]) }
      }
      return run
    }
  }

  /// The images that were left out, of every variant that has been started.
  public var skipped: [SkippedImage] {
    firstPasses.flatMap(\.pass.skippedImages.list)
  }

  /// The paths of ``skipped`` as they can be opened, and the reasons.
  public var skippedPaths: [(path: String, reason: String)] {
    let items = images
    return skipped.map { (items[$0.ordinal].path, $0.reason) }
  }

  /// All images of the source, in its order; none before they are listed.
  public var images: [ImageItem] { state.withLock { $0.shared.values.first?.items ?? [] } }

  /// What went on worse than it was asked for, a sentence each.
  public var warnings: [String] {
    let passes = state.withLock { $0.passes.values.compactMap { try? $0.get() } }
    return Set(passes.compactMap(\.shortage)).sorted()
  }

  /// Why what was asked for last cannot go on; nil while all is well.
  public var failure: String? {
    state.withLock { state in
      switch state.current.flatMap({ state.passes[$0] }) {
      case .failure(let failure)?: failure.description
      case .success(let pass)?: pass.failureText
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

  private func makePass(_ key: PassKey) throws(StartFailure) -> Pass {
    let variant = model.variants[key.subject.variant]
    do {
      var known = Findings()
      for need in key.needs {
        let (pass, answer) = state.withLock { ($0.passes[need], $0.answer(need)) }
        if let answer { known.set(answer.findings) }
        if let pass { known.set(try pass.get().findings([need.question ?? .functions])) }
      }
      let shared = try shared(key.subject.variant)
      return try Pass(
        variant, changes: key.subject.changes, questions: key.question.map { [$0] } ?? [], known: known,
        plan: shared.plan, items: shared.items, settings: settings)
    } catch {
      throw StartFailure(description: "\(error)")
    }
  }

  private func shared(_ index: Int) throws -> Shared {
    if let known = state.withLock({ $0.shared[index] }) { return known }
    let variant = model.variants[index]
    let source = try catalog.source(labels: variant.labels)
    let shared = Shared(
      items: source.items, listing: source.listing, plan: try Plan(logitsOf: variant, kernels: settings.kernels))
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
      figure.part = pass.part
      figure.listing = listing(subject.variant) ?? SourceListing()
      return figure
    }
  }

  /// What is known about a variant's images; nil before they are listed.
  public func listing(_ variant: Int) -> SourceListing? { state.withLock { $0.shared[variant]?.listing } }
}

extension Double {
  /// A duration in seconds.
  package init(seconds duration: Duration) {
    self = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
