import Dispatch
import Figures
import Images
import Inference
import Networks
import PlainText
import Statistics
import Synchronization
import Threads

/// One subject's way through all images for some questions: can be paused, goes on where it was left, and keeps what it
/// found.
///
/// A subject's first pass counts everything that is asked of every run (``Question/isStanding``). A question that comes
/// later has a pass of its own over the same images in the same order, with no more of the network than it needs.
public final class Pass: Sendable {
  /// The images, in the source's order; none where they come once.
  public let items: [ImageItem]
  private let feed: any ImageFeed
  /// What images and classes are called, where that is known from the beginning.
  private let listedNames: SourceNames
  /// The same for images that came once, and the place of each in the source's order.
  let arranged = Mutex<(names: SourceNames, places: [Int])?>(nil)
  /// Which part of a whole run it is; nil for the whole.
  let part: RunPart?
  /// The network and its options.
  public let variant: Variant
  let workers: [Worker]
  let settings: RunSettings
  /// Images in a batch.
  private let mostAtOnce: Int
  let merged = Mutex(MergedAnswers())
  private let doneCount = Atomic(0)
  private let skippedCount = Atomic(0)
  /// Threads work while this is the number that they were started with; a pause changes it.
  private let turn = Atomic(0)
  private let isActive = Atomic(false)
  private let isEnded = Atomic(false)
  private let failure = Mutex<(position: Int, failure: ImageFailure)?>(nil)
  /// Why no more images come.
  private let sourceFailure = Mutex<ImageSourceError?>(nil)
  private let startFailure = Mutex<StartFailure?>(nil)
  private let threads = DispatchGroup()

  /// Plans the network to run over those of `items` that the settings say; nothing runs before ``resume()``.
  ///
  /// - Parameters:
  ///   - variant: The network.
  ///   - changes: What becomes of the coefficients of some sites, by id.
  ///   - questions: The late questions that the pass is for, one alone where it is about changed networks or some
  ///     images; none for a subject's first pass.
  ///   - known: What is known of the unchanged network, for a question that ``Question/needs`` it.
  ///   - plan: The network made ready to run, where that was done already.
  ///   - items: The source's images; a question about one may be about any of them, `settings.limit` aside.
  ///   - settings: How they are streamed, and which of them.
  ///   - seen: Images that another pass has seen already: they are left out.
  /// - Throws: ``GraphError`` when the network cannot be run, a change does not fit it or a question asks for what it
  ///   does not have; ``MemoryFailure`` when its statistics would take too much memory.
  public convenience init(
    _ variant: Variant, changes: [Int: SiteChange] = [:], questions: [Question] = [], known: Findings = Findings(),
    plan: Plan? = nil, items: [ImageItem], settings: RunSettings, without seen: ImageSet = ImageSet()
  ) throws {
    let asked = try Self.items(items, settings, for: questions).filter { !seen.contains($0.identity.ordinal) }
    // Figures show those of a subject's first pass.
    let names = SourceNames(items, questions.isEmpty ? settings.known(of: items.count) : 0..<0, of: variant)
    try self.init(
      variant, changes, questions, known: known, plan: plan, asked, ListedFeed(asked, limits: settings.limits), names,
      settings.part(of: items.count), settings)
  }

  /// A subject's first pass over images that come once; nothing runs before ``resume()``. At its end, before it is
  /// settled, they have to be put in order (``arrange(_:places:)``).
  ///
  /// - Throws: As ``init(_:changes:questions:known:plan:items:settings:)``.
  public convenience init(_ variant: Variant, stream: StreamFeed, settings: RunSettings) throws {
    try self.init(
      variant, [:], [], known: Findings(), plan: nil, [], stream, SourceNames([], 0..<0, of: variant), nil, settings)
  }

  private init(
    _ variant: Variant, _ changes: [Int: SiteChange], _ questions: [Question], known: Findings, plan: Plan?,
    _ items: [ImageItem], _ feed: any ImageFeed, _ names: SourceNames, _ part: RunPart?, _ settings: RunSettings
  ) throws {
    try variant.checkImages()
    let plan = if let plan { plan } else { try Plan(logitsOf: variant, kernels: settings.kernels) }
    try Subject(variant: 0, changes: changes).check(plan.sites)
    self.variant = variant
    self.items = items
    self.feed = feed
    self.part = part
    listedNames = names
    self.settings = settings
    // Many networks on one image take as long as one on a batch.
    mostAtOnce = questions.contains { $0.whatIfs != nil } ? 1 : plan.batchSize
    let images = feed.isCounted ? feed.count : Self.mostImages
    let count = min(settings.threads, max(images, 1))
    if let problem = settings.memoryProblem(plan.sites, questions, images: images, workers: count) {
      throw MemoryFailure(description: problem)
    }
    var workers: [Worker] = []
    for _ in 0..<count {
      let reader = ImageReader(
        preprocessing: variant.preprocessing, input: plan.input, kernels: plan.kernels.images, limits: settings.limits)
      workers.append(Worker(reader, counter: try settings.counter(plan, changes: changes, questions, known: known)))
    }
    if let problem = settings.growthProblem(plan.sites, workers: count) { throw MemoryFailure(description: problem) }
    self.workers = workers
  }

  /// As many images as no run has, where their number is not known.
  private static let mostImages = 1 << 40

  /// The images that questions are about: some, or all.
  private static func items(
    _ items: [ImageItem], _ settings: RunSettings, for questions: [Question]
  ) throws(GraphError) -> [ImageItem] {
    guard let ordinals = questions.lazy.compactMap(\.images).first else {
      return Array(items[settings.images(of: items.count)])
    }
    let asked = items.filter { ordinals.contains($0.identity.ordinal) }
    if let missing = ordinals.subtracting(asked.map(\.identity.ordinal)).min() {
      throw GraphError(node: "image \(missing)", problem: "is asked for, but there are \(items.count) images")
    }
    let known = settings.known(of: items.count)
    return asked.filter { known.contains($0.identity.ordinal) }
  }

  /// What images and classes are called.
  var names: SourceNames { arranged.withLock { $0?.names } ?? listedNames }
  /// Images altogether, or by now where that is not known before the end.
  var total: Int { feed.count }
  /// Whether ``total`` will not change any more.
  var isCounted: Bool { feed.isCounted }

  /// Puts images that came once in the order of a source that was listed.
  ///
  /// - Parameters:
  ///   - source: All of them, with their classes.
  ///   - places: The place there of each, in the order in which they came.
  public func arrange(_ source: ImageSource, places: [Int]) {
    let names = SourceNames(source.items, 0..<source.items.count, of: variant)
    arranged.withLock { $0 = (names, places) }
  }

  /// Images through the network.
  public var done: Int { doneCount.load(ordering: .acquiring) }
  /// Images that could not be read.
  public var skipped: Int { skippedCount.load(ordering: .acquiring) }
  /// Those images, by now; waits for nobody.
  var skippedImages: SkippedImages {
    workers.reduce(into: SkippedImages()) { $0.merge($1.skippedImages) }
  }
  /// Whether every image was taken and finished, or a strict run was ended by one.
  public var isFinished: Bool { isCounted && done + skipped == total || failureText != nil }
  /// The image that ended a strict run.
  ///
  /// Batches are taken in order and those that were taken are finished up to their first failure, so once the threads
  /// are gone this is the first image that fails.
  public var strictFailure: ImageFailure? { failure.withLock { $0?.failure } }

  /// Why the pass ended before its last image; nil while all is well.
  public var failureText: String? {
    if let strictFailure { return "\(strictFailure)" }
    if let failure = sourceFailure.withLock({ $0 }) { return "\(failure)" }
    guard let failure = startFailure.withLock({ $0 }), failure.started == 0 else { return nil }
    return "no thread can be started: \(failure.words)"
  }
  /// That fewer threads work than were asked for; nil where all do.
  public var shortage: String? {
    guard let failure = startFailure.withLock({ $0 }), failure.started > 0 else { return nil }
    return "\(failure.started) of \(workers.count) threads run; the next cannot be started: \(failure.words)"
  }

  /// The first thread that could not be started.
  private struct StartFailure {
    /// Threads before it.
    var started: Int
    /// The system's words.
    var words: String
  }

  /// Starts a thread for each worker, or as many as the system gives; does nothing while they run.
  public func resume() {
    guard !isActive.exchange(true, ordering: .acquiringAndReleasing) else { return }
    startFailure.withLock { $0 = nil }
    let current = turn.load(ordering: .acquiring)
    for (started, worker) in workers.enumerated() {
      threads.enter()
      let words = WorkerThread.start { [self] in
        work(with: worker, during: current)
        threads.leave()
      }
      guard let words else { continue }
      threads.leave()
      return startFailure.withLock { $0 = StartFailure(started: started, words: words) }
    }
  }

  /// Lets every worker stop after the batch it has; returns at once.
  public func pause() {
    turn.wrappingAdd(1, ordering: .acquiringAndReleasing)
    isActive.store(false, ordering: .releasing)
  }

  /// Lets every worker stop after the image it has, for good: what it took besides is not read any more.
  public func end() {
    isEnded.store(true, ordering: .releasing)
    pause()
  }

  /// Waits until no worker's thread is left.
  public func wait() { threads.wait() }

  /// Waits so many seconds at most; whether no worker's thread is left.
  public func wait(atMost seconds: Double) -> Bool { threads.wait(timeout: .now() + seconds) == .success }

  private func work(with worker: Worker, during current: Int) {
    while turn.load(ordering: .acquiring) == current {
      let batch = nextBatch()
      guard !batch.isEmpty else { return }
      let outcome = worker.process(batch, strict: settings.strict) {
        isEnded.load(ordering: .acquiring)
      }
      if let own = outcome.failure {
        failure.withLock { first in
          if own.position < first?.position ?? .max { first = own }
        }
        pause()
      }
      doneCount.wrappingAdd(outcome.done, ordering: .acquiringAndReleasing)
      skippedCount.wrappingAdd(outcome.skipped, ordering: .acquiringAndReleasing)
    }
  }

  /// Takes the next images.
  private func nextBatch() -> [FedImage] {
    do throws(ImageSourceError) {
      return try feed.next { left in Self.batchSize(left: left, workers: workers.count, most: mostAtOnce) }
    } catch {
      sourceFailure.withLock { $0 = $0 ?? error }
      pause()
      return []
    }
  }

  /// How many of the images that are left a worker takes: a full batch, or near the end its share, so that the workers
  /// end together.
  package static func batchSize(left: Int, workers: Int, most: Int) -> Int {
    min((left + workers - 1) / workers, most)
  }
}
