import Images
import Networks
import Statistics
import Synchronization
import Tensors

/// One core's share of a pass, from image file to counts: its own reader, and what it does with each image.
///
/// One thread at a time processes images, a batch at a time under the lock; the screen's thread asks for copies and
/// never waits.
final class Worker: Sendable {
  private let state: Mutex<State>
  private let requests = Mutex(Requests())
  /// In the order in which they came: an archive of a million broken images must not be sorted for each of them.
  private let skipped = Mutex<[SkippedImage]>([])

  /// The images that could not be read, by now; waits for nobody.
  var skippedImages: SkippedImages { SkippedImages(skipped.withLock { $0 }) }

  fileprivate struct State {
    let reader: ImageReader
    let input: TensorSlice
    let counter: any ImageCounter
    /// Images taken, skipped ones included.
    var seen = ImageMarks()
    /// How many.
    var taken = 0
  }

  /// What a worker knew between two batches: some findings, the images that they are of, and those of these that could
  /// not be read.
  struct Copy {
    let findings: Findings
    let seen: ImageMarks
    let skipped: SkippedImages
  }

  /// What became of a batch of images.
  struct Outcome {
    /// Images through the network.
    var done = 0
    /// Images that could not be read.
    var skipped = 0
    /// In strict mode, the one that ended the batch, and its place among those that are handed out.
    var failure: (position: Int, failure: ImageFailure)?
  }

  /// What the screen asks for and what the worker answered last.
  private struct Requests {
    var wanted: Set<Question> = []
    var isWaiting = false
    var answer: Answer?
    /// The questions and the number of images of ``answer``: while they stay, so does the answer.
    var questions: Set<Question> = []
    var taken = 0
  }

  /// A worker with a reader and a counter of its own.
  init(_ reader: sending ImageReader, counter: any ImageCounter) {
    state = Mutex(State(reader: reader, input: TensorSlice(zeros: reader.input.count), counter: counter))
  }

  /// Reads a batch of images, at most as many as the counter takes, runs it and counts.
  ///
  /// An image that cannot be read is noted as skipped; in a `strict` run those after it are not read any more, and none
  /// is once the pass `isEnded`.
  func process(_ images: [FedImage], strict: Bool, isEnded: () -> Bool = { false }) -> Outcome {
    state.withLock { state in
      defer { answer(state) }
      var outcome = Outcome()
      for image in images {
        if isEnded() { break }
        guard let failure = state.begin(image) else { continue }
        let (ordinal, path) = (image.item.identity.ordinal, image.item.relativePath)
        skipped.withLock { $0.append(SkippedImage(ordinal: ordinal, path: path, reason: "\(failure.reason)")) }
        outcome.skipped += 1
        guard strict else { continue }
        outcome.failure = (image.position, failure)
        break
      }
      outcome.done = state.counter.finish()
      return outcome
    }
  }

  /// Asks some questions and returns what was answered last. Waits for nobody.
  ///
  /// A worker that is between batches (paused, or done) answers on the spot; a busy one after its batch.
  func latest(_ questions: Set<Question>) -> Answer? {
    requests.withLock { requests in
      requests.wanted = questions
      requests.isWaiting = true
    }
    state.withLockIfAvailable { answer($0) }
    return requests.withLock { $0.answer }
  }

  /// What is known about some questions; waits for the batch that is under way.
  func settled(_ questions: Set<Question>) -> Copy { state.withLock { $0.copy(questions, skippedImages) } }

  /// Adds a first pass' counts of all sites to `statistics` and returns the rest; waits for the batch that is under
  /// way.
  func merge(into statistics: ActivationStatistics) -> Copy {
    state.withLock { state in
      guard let own = state.counter.statistics else { preconditionFailure("this is no first pass") }
      statistics.merge(own)
      return state.copy([.classification, .skipped], skippedImages)
    }
  }

  private func answer(_ state: borrowing State) {
    let taken = state.taken
    let wanted: Set<Question>? = requests.withLock { requests in
      guard requests.isWaiting else { return nil }
      requests.isWaiting = false
      let isNew = requests.answer == nil || requests.taken != taken || requests.questions != requests.wanted
      return isNew ? requests.wanted : nil
    }
    guard let wanted else { return }
    let findings = state.findings(wanted, skippedImages)
    requests.withLock { requests in
      requests.answer = Answer(findings: findings, version: (requests.answer?.version ?? 0) + 1)
      requests.questions = wanted
      requests.taken = taken
    }
  }
}

extension Worker.State {
  /// Copies of what is known about some questions; those that nothing here counts are left out.
  fileprivate func findings(_ questions: Set<Question>, _ skipped: SkippedImages) -> Findings {
    Findings(questions.compactMap { $0 == .skipped ? skipped : counter.finding($0) })
  }

  /// The same, with the images that they are of.
  fileprivate func copy(_ questions: Set<Question>, _ skipped: SkippedImages) -> Worker.Copy {
    Worker.Copy(findings: findings(questions, skipped), seen: seen, skipped: skipped)
  }

  /// Reads an image and hands it to the counter; returns why when it could not be read.
  fileprivate mutating func begin(_ image: FedImage) -> ImageFailure? {
    taken += 1
    seen.insert(image.item.identity.ordinal)
    do throws(ImageFailure) {
      try reader.read(image, into: input)
    } catch {
      return error
    }
    counter.begin(input, image.item)
    return nil
  }
}
