import Images
import Inference
import Networks
import Statistics
import Synchronization
import Tensors

/// One core's share of a run, from image file to counts: its own reader, executor and statistics.
///
/// One thread at a time processes images, each under the lock; the screen's thread asks for copies and never waits.
final class Worker: Sendable {
  private let state: Mutex<State>
  private let exchange = Mutex(Exchange())

  private struct State {
    let reader: ImageReader
    let executor: Executor
    let input: TensorSlice
    let statistics: ActivationStatistics
    var classification = ClassificationStatistics()
    var skipped: [SkippedImage] = []
    /// Images taken, skipped ones included.
    var taken: Int { classification.images + skipped.count }
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

  /// Reads one image, runs it and counts. Returns why when it could not be read; it is noted as skipped then.
  func process(_ item: ImageItem) -> ImageFailure? {
    state.withLock { state in
      defer { answer(state) }
      do throws(ImageFailure) {
        try state.reader.read(item, into: state.input)
      } catch {
        state.skipped.append(
          SkippedImage(ordinal: item.identity.ordinal, path: item.relativePath, reason: "\(error.reason)"))
        return error
      }
      let logits = state.executor.run(state.input, image: item.identity, observer: state.statistics)
      state.classification.add(logits: logits.array, label: item.label)
      return nil
    }
  }

  /// Asks for a copy with the densities of `sites` and returns the last one with its version. Waits for nobody.
  ///
  /// A worker that is between images (paused, or done) is copied on the spot; a busy one answers after its image.
  func latestPart(sites: Set<Int>) -> (part: WorkerPart?, version: Int) {
    exchange.withLock { exchange in
      exchange.wanted = sites
      exchange.isWaiting = true
    }
    state.withLockIfAvailable { answer($0) }
    return exchange.withLock { ($0.part, $0.version) }
  }

  /// The images that this worker left out; waits for the image that is under way.
  var skipped: [SkippedImage] { state.withLock { $0.skipped } }

  /// Adds everything that this worker counted to `statistics`; waits for the image that is under way.
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
