import KernelInterface
import Networks
import Tensors

/// Runs a plan on images: one executor for each worker. It owns the worker's memory; nothing is allocated for an image.
///
/// Images come in batches of up to ``Plan/batchSize``: ``begin(_:image:observer:)`` takes one image through the large
/// maps at the network's start, ``finish(observer:_:)`` takes all that were begun through the rest together, so that
/// its weights are read once for all of them.
public final class Executor {
  /// What it runs.
  public let plan: Plan
  let arena: AlignedStorage<Float>
  /// What becomes of some sites' coefficients; may be replaced between two images.
  public var changes: PlannedChanges
  /// The steps that run: all of them, or those up to the last site that is looked at.
  private let end: Int
  /// The image that is going through the first steps.
  private var image: TensorSlice?
  /// Weights that the next step reads before anything else.
  private(set) var upcoming: TensorSlice?
  /// The images that were begun.
  private(set) var pending: [ImageIdentity] = []

  /// An executor with memory of its own.
  ///
  /// - Parameters:
  ///   - plan: What it runs.
  ///   - changes: What becomes of the coefficients of some sites, by id; they must fit (``Subject/check(_:)``).
  ///   - last: The last activation to compute, where the network's end is not needed; ``finish(observer:_:)`` then
  ///     hands over no result.
  public init(_ plan: Plan, changes: [Int: SiteChange] = [:], through last: ActivationSite? = nil) {
    self.plan = plan
    self.changes = PlannedChanges(changes, of: plan)
    end =
      last.flatMap { site in plan.steps.firstIndex { $0.nodes.contains(site.node) } }.map { $0 + 1 } ?? plan.steps.count
    arena = AlignedStorage<Float>(count: plan.workerFloats)
    pending.reserveCapacity(Plan.batch)
  }

  /// Whether ``finish(observer:_:)`` must come before another image.
  public var isFull: Bool { pending.count == plan.batchSize }

  /// Takes one image through the steps that do not wait for others.
  ///
  /// - Parameters:
  ///   - input: The image, `[positions][channels]` of ``Plan/input``, without padding lanes. It is only read, and not
  ///     needed afterwards.
  ///   - image: Handed on to the observer.
  ///   - observer: Is shown the activations; nil costs nothing.
  public func begin(_ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)? = nil) {
    begin(input, image: image, observer: observer) { _ in }
  }

  /// The same; tells the index of each step that it finished.
  @inline(__always)
  func begin(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)?, finished: (Int) -> Void
  ) {
    precondition(input.count >= plan.input.count, "the image is smaller than the network's input")
    precondition(!isFull, "a full batch must be finished first")
    let slot = pending.count
    pending.append(image)
    self.image = input
    run(0..<min(plan.cut, end), slots: slot..<slot + 1, observer: observer, finished: finished)
    self.image = nil
  }

  /// Takes all images that were begun to the end and hands over their results in the same order: the logits, one for
  /// each class (a map of more than one position comes with its padding lanes). They are valid during the call.
  public func finish(
    observer: (any ActivationObserver)? = nil, _ body: (ImageIdentity, TensorSlice) -> Void = { _, _ in }
  ) {
    finish(observer: observer, finished: { _ in }, body)
  }

  /// The same; tells the index of each step that it finished.
  @inline(__always)
  func finish(
    observer: (any ActivationObserver)?, finished: (Int) -> Void,
    _ body: (ImageIdentity, TensorSlice) -> Void = { _, _ in }
  ) {
    if !pending.isEmpty, end > plan.cut {
      run(plan.cut..<end, slots: 0..<pending.count, observer: observer, finished: finished)
    }
    if end == plan.steps.count {
      for (slot, image) in pending.enumerated() { body(image, result(slot)) }
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Takes one image through the whole network. The result is valid until the next image.
  public func run(
    _ input: TensorSlice, image: ImageIdentity, observer: (any ActivationObserver)? = nil
  ) -> TensorSlice {
    precondition(pending.isEmpty, "other images are under way")
    precondition(end == plan.steps.count, "an executor that stops early has no result")
    begin(input, image: image, observer: observer)
    finish(observer: observer)
    return result(0)
  }

  /// Makes one image, and no other, the one that steps run for until ``endAlone()``.
  func begin(alone input: TensorSlice, image: ImageIdentity) {
    precondition(input.count >= plan.input.count, "the image is smaller than the network's input")
    precondition(pending.isEmpty, "other images are under way")
    pending.append(image)
    self.image = input
  }

  func endAlone() {
    image = nil
    pending.removeAll(keepingCapacity: true)
  }

  /// Keeps the arena: it goes to callers.
  func result(_ slot: Int) -> TensorSlice {
    let map = owned(plan.output, slot)
    return plan.shapes.output.positions == 1 ? map[0..<plan.shapes.output.channels] : map
  }

  /// The floats of a value for one image of the batch, borrowed from the arena.
  func map(_ value: Value, _ slot: Int) -> TensorSlice {
    unsafe owned(value, slot).borrowed  // the executor keeps the arena, and the caller the image
  }

  private func owned(_ value: Value, _ slot: Int) -> TensorSlice {
    guard let placement = plan.memory.placements[value.index] else {
      guard let image else { preconditionFailure("the image is gone") }
      return image
    }
    return TensorSlice(arena, offset: placement.offset + slot * placement.imageStride, count: placement.count)
  }

  @inline(__always)
  func run(
    _ steps: Range<Int>, slots: Range<Int>, observer: (any ActivationObserver)?, finished: (Int) -> Void
  ) {
    for index in steps {
      upcoming = plan.upcoming[index]
      plan.steps[index].run(in: self, slots: slots, observer: observer)
      finished(index)
    }
  }

  func stride(of value: Value) -> Int { plan.memory.placements[value.index]?.imageStride ?? 0 }

  /// A value of several images of the batch, borrowed.
  func wide(_ value: Value, _ slots: Range<Int>) -> TensorSlice {
    guard slots.count > 1, let placement = plan.memory.placements[value.index] else {
      return map(value, slots.lowerBound)
    }
    return borrowed(
      offset: placement.offset + slots.lowerBound * placement.imageStride, count: placement.imageStride * slots.count)
  }

  /// A part of the arena, which the executor keeps.
  func borrowed(offset: Int, count: Int) -> TensorSlice {
    unsafe TensorSlice(arena, offset: offset, count: count).borrowed
  }
}
