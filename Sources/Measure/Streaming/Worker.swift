import Images
import Inference
import Networks
import Statistics
import Synchronization
import Tensors

/// One core's share of a run, from image file to counts: its own reader, executor and statistics.
///
/// One thread at a time processes images, a batch at a time under the lock; the screen's thread asks for copies and never waits.
final class Worker: Sendable {
  private let state: Mutex<State>
  private let exchange = Mutex(Exchange())

  fileprivate struct State {
    let reader: ImageReader
    let executor: Executor
    let input: TensorSlice
    let statistics: ActivationStatistics
    var classification = ClassificationStatistics()
    var skipped: [SkippedImage] = []
    /// The classes of the images that the executor has begun, in their order.
    var labels: [Int?] = []
    /// Images taken, skipped ones included.
    var taken: Int { classification.images + skipped.count }
  }

  /// What became of a batch of images.
  struct Outcome {
    /// Images through the network.
    var done = 0
    /// Images that could not be read.
    var skipped = 0
    /// In strict mode, the one that ended the batch.
    var failure: (ordinal: Int, failure: ImageFailure)?
  }

  /// What the screen asks for and what the worker answered last.
  private struct Exchange {
    var wanted: Set<Int> = []
    var isWaiting = false
    var part: WorkerPart?
    /// The sites and the number of images of ``part``: while they stay, so does the answer.
    var sites: Set<Int> = []
    var taken = 0
    /// Grows with every new answer.
    var version = 0
  }

  /// A worker with memory of its own for `plan`.
  init(plan: Plan, preprocessing: Preprocessing, limits: ImageLimits, selection: ElementSelection) {
    state = Mutex(
      State(
        reader: ImageReader(
          preprocessing: preprocessing, input: plan.input, kernels: plan.kernels.images, limits: limits),
        executor: Executor(plan), input: TensorSlice(zeros: plan.input.count),
        statistics: ActivationStatistics(sites: plan.sites, selection: selection, kernels: plan.kernels)))
  }

  /// Reads a batch of images, at most as many as the executor takes, runs it and counts.
  ///
  /// An image that cannot be read is noted as skipped; in a `strict` run those after it are not read any more.
  func process(_ items: ArraySlice<ImageItem>, strict: Bool) -> Outcome {
    state.withLock { state in
      defer { answer(state) }
      var outcome = Outcome()
      for item in items {
        guard let failure = state.begin(item) else { continue }
        outcome.skipped += 1
        guard strict else { continue }
        outcome.failure = (item.identity.ordinal, failure)
        break
      }
      outcome.done = state.finish()
      return outcome
    }
  }

  /// Asks for a copy with the densities of `sites` and returns the last one with its version. Waits for nobody.
  ///
  /// A worker that is between batches (paused, or done) is copied on the spot; a busy one answers after its batch.
  func latestPart(sites: Set<Int>) -> (part: WorkerPart?, version: Int) {
    exchange.withLock { exchange in
      exchange.wanted = sites
      exchange.isWaiting = true
    }
    state.withLockIfAvailable { answer($0) }
    return exchange.withLock { ($0.part, $0.version) }
  }

  /// The images that this worker left out; waits for the batch that is under way.
  var skipped: [SkippedImage] { state.withLock { $0.skipped } }

  /// Adds everything that this worker counted to `statistics`; waits for the batch that is under way.
  func merge(
    into statistics: ActivationStatistics, _ classification: inout ClassificationStatistics
  ) {
    state.withLock { state in
      statistics.merge(state.statistics)
      classification.merge(state.classification)
    }
  }

  private func answer(_ state: borrowing State) {
    let taken = state.taken
    let wanted: Set<Int>? = exchange.withLock { exchange in
      guard exchange.isWaiting else { return nil }
      exchange.isWaiting = false
      let isNew = exchange.part == nil || exchange.taken != taken || exchange.sites != exchange.wanted
      return isNew ? exchange.wanted : nil
    }
    guard let wanted else { return }
    let sites = state.statistics.sites.indices
    let densities = wanted.filter(sites.contains).map { ($0, state.statistics.density(of: $0)) }
    let part = WorkerPart(
      summaries: state.statistics.summaries, densities: Dictionary(uniqueKeysWithValues: densities),
      classification: state.classification)
    exchange.withLock { exchange in
      exchange.part = part
      exchange.sites = wanted
      exchange.taken = taken
      exchange.version += 1
    }
  }
}

extension Worker.State {
  /// Reads an image and takes it through the network's first steps; returns why when it could not be read.
  fileprivate mutating func begin(_ item: ImageItem) -> ImageFailure? {
    do throws(ImageFailure) {
      try reader.read(item, into: input)
    } catch {
      skipped.append(
        SkippedImage(ordinal: item.identity.ordinal, path: item.relativePath, reason: "\(error.reason)"))
      return error
    }
    executor.begin(input, image: item.identity, observer: statistics)
    labels.append(item.label)
    return nil
  }

  /// Takes the images that were begun to their logits; returns how many they were.
  fileprivate mutating func finish() -> Int {
    var count = 0
    executor.finish(observer: statistics) { _, logits in
      classification.add(logits: logits.array, label: labels[count])
      count += 1
    }
    statistics.finish(images: count)
    labels.removeAll(keepingCapacity: true)
    return count
  }
}
