import Figures
import Images
import Inference
import Networks
import Statistics

extension RunSession {
  /// A subject's first pass, or the one for a question that came late.
  struct PassKey: Hashable {
    var subject: Subject
    var question: Question?

    /// The passes of the network without changes that it must wait for.
    var needs: [PassKey] {
      let unchanged = Subject(variant: subject.variant)
      return (question?.needs ?? []).map { PassKey(subject: unchanged, question: $0.isStanding ? nil : $0) }
    }
  }

  /// A variant's images, listed once, so that every pass goes over the same ones, and its network made ready to run.
  struct Shared {
    let items: [ImageItem]
    let listing: SourceListing
    let plan: Plan
  }

  struct State {
    /// The pass that has the workers.
    var current: PassKey?
    /// What became of starting each pass that was asked for.
    var passes: [PassKey: Result<Pass, StartFailure>] = [:]
    var meters: [PassKey: RateMeter] = [:]
    /// What all passes of a variant share, by its index.
    var shared: [Int: Shared] = [:]
    /// Late passes, the one that was asked for last at the end.
    var late: [PassKey] = []
    /// First passes of changed networks, likewise.
    var changed: [PassKey] = []
    /// What late passes found that were let go of once they were over, the oldest first.
    var answers: [(key: PassKey, answer: LateAnswer)] = []

    /// What a late pass found that is kept without it.
    func answer(_ key: PassKey) -> LateAnswer? { answers.first { $0.key == key }?.answer }
  }

  /// What a late pass found, and how far it went.
  struct LateAnswer {
    let findings: Findings
    let progress: RunProgress
  }

  /// The passes that a request takes.
  struct Keys {
    let questions: Set<Question>
    let first: PassKey
    /// Late ones, what takes least first.
    let late: [PassKey]

    init(_ request: RunRequest) {
      questions = request.questions
      first = PassKey(subject: request.subject)
      // Each question's words once: in every frame, and those of a what-if are long.
      late = request.questions.filter { !$0.isStanding }.map { ($0, words: "\($0)") }
        .sorted { ($0.0.cost, $0.words) < ($1.0.cost, $1.words) }
        .map { PassKey(subject: request.subject, question: $0.0) }
    }

    /// All of them in their order, before each what it needs.
    var needed: [PassKey] { late.flatMap { $0.needs + [$0] } + [first] }
  }
}

extension RunFigure {
  /// Adds how far the pass of a late question is, and what it found.
  mutating func add(
    _ question: Question?, of pass: Result<Pass, RunSession.StartFailure>?, or answer: RunSession.LateAnswer?
  ) {
    guard let question else { return }
    switch pass {
    case nil:
      late[question] = answer?.progress ?? .waiting
      add(answer?.findings ?? Findings())
    case .failure(let failure): late[question] = .failed(failure.description)
    case .success(let pass):
      late[question] = RunProgress(pass, imagesPerSecond: nil)
      add(pass.latest([question]) ?? Findings())
    }
  }
}

extension RunSession.State {
  mutating func pause() {
    guard let current, case .success(let pass) = passes[current] else { return }
    pass.pause()
    meters[current]?.reset()
  }

  /// Whether a pass needs the workers no more.
  func isOver(_ key: RunSession.PassKey) -> Bool {
    switch passes[key] {
    case .success(let pass)?: pass.isFinished
    case .failure?: true
    case nil: answer(key) != nil
    }
  }

  /// Notes the rate of a first pass that has the workers.
  mutating func measure(_ key: RunSession.PassKey, at now: Double) {
    guard key.question == nil, case .success(let pass) = passes[key], !pass.isFinished else { return }
    meters[key, default: RateMeter()].record(done: pass.done + pass.skipped, at: now)
  }

  /// Notes which passes are in use and lets go of those that were not for long: late ones, and first ones of changed
  /// networks, which hold as much as a variant's.
  mutating func remember(_ keys: [RunSession.Keys]) {
    keep(\.late, keys.flatMap(\.needed).filter { $0.question != nil }, most: RunSession.mostLatePasses)
    keep(\.changed, keys.map(\.first).filter { !$0.subject.changes.isEmpty }, most: RunSession.mostChangedSubjects)
  }

  private mutating func keep(
    _ list: WritableKeyPath<Self, [RunSession.PassKey]>, _ used: [RunSession.PassKey], most: Int
  ) {
    guard !used.isEmpty else { return }
    self[keyPath: list] = self[keyPath: list].filter { !used.contains($0) } + used
    while self[keyPath: list].count > max(most, used.count),
      let index = self[keyPath: list].firstIndex(where: { $0 != current })
    {
      let key = self[keyPath: list].remove(at: index)
      if let question = key.question, case .success(let pass)? = passes[key], pass.isFinished {
        let answer = RunSession.LateAnswer(
          findings: pass.findings([question]), progress: RunProgress(pass, imagesPerSecond: nil))
        answers = (answers + [(key, answer)]).suffix(RunSession.mostLateAnswers)
      }
      passes[key] = nil
      meters[key] = nil
    }
  }
}
