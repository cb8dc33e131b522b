import Foundation
import Images
import Inference
import Networks
import Statistics
import Synchronization

/// One variant's way through all images: can be paused, goes on where it was left, and keeps its statistics.
public final class VariantRun: Sendable {
  /// The images, in the source's order.
  public let items: [ImageItem]
  /// The network and its options.
  public let variant: Variant
  let workers: [Worker]
  private let selection: ElementSelection
  private let settings: RunSettings
  /// Images in a batch.
  private let mostAtOnce: Int
  private let next = Atomic(0)
  private let doneCount = Atomic(0)
  private let skippedCount = Atomic(0)
  /// Threads work while this is the number that they were started with; a pause changes it.
  private let shift = Atomic(0)
  private let isActive = Atomic(false)
  private let failure = Mutex<(ordinal: Int, failure: ImageFailure)?>(nil)
  private let threads = DispatchGroup()

  /// Plans the network to run over the first `settings.limit` of `items`; nothing runs before ``resume()``.
  ///
  /// - Throws: ``GraphError`` when the network cannot be run.
  public init(_ variant: Variant, items: [ImageItem], settings: RunSettings) throws(GraphError) {
    let plan = try Plan(variant, kernels: settings.kernels)
    let selection = ElementSelection(plan.sites, exact: settings.exact)
    self.variant = variant
    self.items = Array(items.prefix(settings.limit ?? .max))
    self.selection = selection
    self.settings = settings
    mostAtOnce = plan.batchSize
    workers = (0..<settings.threads).map { _ in
      Worker(plan: plan, preprocessing: variant.preprocessing, limits: settings.limits, selection: selection)
    }
  }

  /// Images through the network.
  public var done: Int { doneCount.load(ordering: .acquiring) }
  /// Images that could not be read.
  public var skipped: Int { skippedCount.load(ordering: .acquiring) }
  /// Whether every image was taken and finished, or a strict run was ended by one.
  public var isFinished: Bool { done + skipped == items.count || strictFailure != nil }
  /// The image that ended a strict run.
  ///
  /// Batches are taken in order and those that were taken are finished up to their first failure, so once the threads are gone this is the
  /// first image that fails.
  public var strictFailure: ImageFailure? { failure.withLock { $0?.failure } }

  /// Starts a thread for each worker; does nothing while they run.
  public func resume() {
    guard !isActive.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let current = shift.load(ordering: .acquiring)
    for worker in workers {
      threads.enter()
      let thread = Thread { [self] in
        work(with: worker, during: current)
        threads.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Lets every worker stop after the batch it has; returns at once.
  public func pause() {
    shift.wrappingAdd(1, ordering: .acquiringAndReleasing)
    isActive.store(false, ordering: .releasing)
  }

  /// Waits until no worker's thread is left.
  public func wait() { threads.wait() }

  /// Waits so many seconds at most; whether no worker's thread is left.
  public func wait(atMost seconds: Double) -> Bool { threads.wait(timeout: .now() + seconds) == .success }

  /// The images that were left out so far, in the source's order; waits for the batches that are under way.
  public var skippedImages: [SkippedImage] {
    workers.flatMap(\.skipped).sorted { $0.ordinal < $1.ordinal }
  }

  /// What was counted so far, merged exactly; waits for the batches that are under way.
  public func results() -> RunResults {
    let statistics = ActivationStatistics(
      sites: variant.shapes.sites, selection: selection, kernels: settings.kernels)
    var classification = ClassificationStatistics()
    for worker in workers { worker.merge(into: statistics, &classification) }
    return RunResults(statistics: statistics, classification: classification, skipped: skippedImages)
  }

  private func work(with worker: Worker, during current: Int) {
    while shift.load(ordering: .acquiring) == current {
      let batch = nextBatch()
      guard !batch.isEmpty else { return }
      let outcome = worker.process(items[batch], strict: settings.strict)
      if let own = outcome.failure {
        failure.withLock { first in
          if own.ordinal < first?.ordinal ?? .max { first = own }
        }
        pause()
      }
      doneCount.wrappingAdd(outcome.done, ordering: .acquiringAndReleasing)
      skippedCount.wrappingAdd(outcome.skipped, ordering: .acquiringAndReleasing)
    }
  }

  /// Takes the next images of the source's order.
  private func nextBatch() -> Range<Int> {
    var first = next.load(ordering: .acquiring)
    while true {
      let batch = first..<first + Self.batchSize(left: items.count - first, workers: workers.count, most: mostAtOnce)
      let (isTaken, current) = next.compareExchange(
        expected: first, desired: batch.upperBound, ordering: .acquiringAndReleasing)
      if isTaken { return batch }
      first = current
    }
  }

  /// How many of the images that are left a worker takes: a full batch, or near the end its share, so that the workers end together.
  package static func batchSize(left: Int, workers: Int, most: Int) -> Int {
    min((left + workers - 1) / workers, most)
  }
}
