import KernelInterface
import Networks
import Tensors

/// Runs a plan on images: one executor for each worker. It owns the worker's memory; nothing is allocated for an image.
///
/// Images come in batches of up to ``Plan/batchSize``: ``begin(_:image:observer:)`` takes one image through the large maps at the network's
/// start, ``finish(observer:_:)`` takes all that were begun through the rest together, so that its weights are read once for all of them.
public final class Executor {
  /// What it runs.
  public let plan: Plan
  let arena: AlignedStorage<Float>
  /// By site: what stands in for the coefficients that the network computes; nil for most.
  let replacements: [SiteCoefficients?]
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
  ///   - changes: What stands in for the coefficients of some sites, by id; they must fit (``Subject/check(_:)``).
  ///   - last: The last activation to compute, where the network's end is not needed; ``finish(observer:_:)`` then hands over no result.
  public init(_ plan: Plan, changes: [Int: SiteChange] = [:], through last: ActivationSite? = nil) {
    self.plan = plan
    replacements = plan.sites.map { site in changes[site.id].map { SiteCoefficients($0, of: site) } }
    end = last.flatMap { site in plan.steps.firstIndex { $0.nodes.contains(site.node) } }.map { $0 + 1 } ?? plan.steps.count
    arena = AlignedStorage<Float>(count: plan.workerFloats)
    pending.reserveCapacity(Plan.batch)
  }

  /// Whether ``finish(observer:_:)`` must come before another image.
  public var isFull: Bool { pending.count == plan.batchSize }

  /// Takes one image through the steps that do not wait for others.
  ///
  /// - Parameters:
  ///   - input: The image, `[positions][channels]` of ``Plan/input``, without padding lanes. It is only read, and not needed afterwards.
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

  /// Takes all images that were begun to the end and hands over their results in the same order: the logits, one for each class (a map of
  /// more than one position comes with its padding lanes). They are valid during the call.
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

  private func result(_ slot: Int) -> TensorSlice {
    let map = map(plan.output, slot)
    return plan.shapes.output.positions == 1 ? map[0..<plan.shapes.output.channels] : map
  }

  /// The floats of a value for one image of the batch.
  func map(_ value: Value, _ slot: Int) -> TensorSlice {
    guard let placement = plan.memory.placements[value.index] else {
      guard let image else { preconditionFailure("the image is gone") }
      return image
    }
    return TensorSlice(arena, offset: placement.offset + slot * placement.imageStride, count: placement.count)
  }

  @inline(__always)
  private func run(
    _ steps: Range<Int>, slots: Range<Int>, observer: (any ActivationObserver)?, finished: (Int) -> Void
  ) {
    for index in steps {
      upcoming = plan.upcoming[index]
      run(plan.steps[index], slots: slots, observer: observer)
      finished(index)
    }
  }

  /// Runs one step for some images of the batch.
  func run(_ step: Step, slots: Range<Int>, observer: (any ActivationObserver)?) {
    switch step {
    case .padding(let step): for slot in slots { pad(step, slot) }
    case .rowSums(let step): for slot in slots { sum(step, slot) }
    case .convolution(let step): convolve(step, slots: slots, observer: observer)
    case .elementwise(let step): pass(step, slots: slots, observer: observer)
    case .pool(let step): for slot in slots { pool(step, slot) }
    case .windowPool(let step):
      for slot in slots { plan.kernels.pool(step.call(input: map(step.input, slot), output: map(step.output, slot))) }
    case .combine(let step): for slot in slots { combine(step, slot, observer: observer) }
    case .channels(let step): for slot in slots { copyChannels(step, slot) }
    case .upsample(let step): for slot in slots { upsample(step, slot) }
    case .linear(let step): connect(step, slots: slots)
    }
  }
}

extension Executor {
  private func pad(_ step: PaddingStep, _ slot: Int) {
    let (image, padded) = (map(.image, slot), map(step.output, slot))
    let (channels, stride) = (step.shape.channels, step.shape.channelStride)
    for position in 0..<step.shape.positions {
      let lanes = padded[position * stride..<(position + 1) * stride]
      lanes[0..<channels].copy(from: image[position * channels..<(position + 1) * channels])
      lanes[channels..<stride].fill(0)
    }
  }

  private func sum(_ step: RowSumsStep, _ slot: Int) {
    plan.kernels.rowSums(
      RowSumsCall(
        input: map(.image, slot), shape: step.shape, inputStride: step.shape.channels, period: step.sums.period,
        output: map(step.sums.value, slot)))
  }

  private func pool(_ step: PoolStep, _ slot: Int) {
    let output = map(step.output, slot)
    guard let sums = step.sums else {
      plan.kernels.channelMeans(map(step.input, slot), step.inputShape, output)
      return
    }
    // The means of a row's sums, as if they were a map's positions, times the positions of a row and class.
    let rows = FeatureShape(
      height: step.inputShape.height * sums.period, width: 1, channels: step.inputShape.channels)
    plan.kernels.channelMeans(map(sums.value, slot), rows, output)
    let scale = Float(rows.positions) / Float(step.inputShape.positions)
    for index in 0..<output.count { output[index] *= scale }
  }

  private func connect(_ step: LinearStep, slots: Range<Int>) {
    plan.kernels.linear(
      LinearCall(
        input: wide(step.input, slots), inputStride: stride(of: step.input), output: wide(step.output, slots),
        outputStride: stride(of: step.output), batch: slots.count, inFeatures: step.inFeatures,
        outFeatures: step.outFeatures, weights: step.weights, bias: step.bias, rectified: false))
  }

  private func stride(of value: Value) -> Int { plan.memory.placements[value.index]?.imageStride ?? 0 }

  /// A value of several images of the batch.
  private func wide(_ value: Value, _ slots: Range<Int>) -> TensorSlice {
    let first = map(value, slots.lowerBound)
    guard slots.count > 1 else { return first }
    return TensorSlice(arena, offset: first.offset, count: stride(of: value) * slots.count)
  }
}
