import Images
import Inference
import Networks
import Statistics
import Tensors

/// What a worker does with each image that it has read: runs networks on it and counts. One thread at a time.
protocol ImageCounter: AnyObject, Sendable {
  /// Takes an image, which is valid during the call; at most as many as the plan's batch before ``finish()``.
  func begin(_ input: TensorSlice, _ item: ImageItem)
  /// Takes the images that were begun to the end; returns how many they were.
  func finish() -> Int
  /// A copy of what is known about a question; nil when this does not count it.
  func finding(_ question: Question) -> (any Finding)?
  /// All sites' statistics, in a subject's first pass.
  var statistics: ActivationStatistics? { get }
}

/// One network's run with an observer: a subject's first pass, and late questions about its activations.
final class ObservedRun: ImageCounter, @unchecked Sendable {
  private let executor: Executor
  private let observer: any FindingObserver
  private var classification = ClassificationStatistics()
  /// The classes of the images that the executor has begun, in their order.
  private var labels: [Int?] = []

  init(_ executor: Executor, observer: any FindingObserver) {
    self.executor = executor
    self.observer = observer
  }

  var statistics: ActivationStatistics? { observer as? ActivationStatistics }

  func begin(_ input: TensorSlice, _ item: ImageItem) {
    observer.observe(input: input, executor.plan.input, image: item.identity)
    executor.begin(input, image: item.identity, observer: observer)
    labels.append(item.label)
  }

  func finish() -> Int {
    let count = labels.count
    var place = 0
    executor.finish(observer: observer) { image, result in
      let logits = result.array
      classification.add(logits: logits, label: labels[place])
      observer.observe(logits: logits, label: labels[place], image: image)
      place += 1
    }
    observer.finish(images: count)
    labels.removeAll(keepingCapacity: true)
    return count
  }

  func finding(_ question: Question) -> (any Finding)? {
    question == .classification ? classification : observer.finding(question)
  }
}

/// A network beside changed copies of itself: what changes do to its results.
final class ComparedRun: ImageCounter, @unchecked Sendable {
  private let comparison: Comparison
  private var effects: EffectsFinding
  private var begun = 0

  init(_ comparison: Comparison, _ whatIfs: [WhatIf]) {
    self.comparison = comparison
    effects = EffectsFinding(whatIfs)
  }

  var statistics: ActivationStatistics? { nil }

  func begin(_ input: TensorSlice, _ item: ImageItem) {
    comparison.run(input, image: item.identity) { unchanged, changed in
      effects.add(
        logits: unchanged.array, changed: changed.map(\.array), label: item.label, ordinal: item.identity.ordinal)
    }
    begun += 1
  }

  func finish() -> Int {
    defer { begun = 0 }
    return begun
  }

  func finding(_ question: Question) -> (any Finding)? { question == effects.question ? effects : nil }
}
