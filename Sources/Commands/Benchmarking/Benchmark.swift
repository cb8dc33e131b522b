import Inference
import KernelInterface
import Networks
import Tensors

/// How fast a network runs on this machine.
public struct Benchmark: Sendable {
  /// What is run.
  public let variant: Variant
  /// The variant's graph, for images of the size asked for.
  public let graph: Graph
  /// Threads, each with an image of its own.
  public let threads: Int
  /// What is counted meanwhile.
  public let taps: Taps
  private let plan: Plan

  /// Plans `variant` for `kernels`; `size` replaces the input's height and width.
  ///
  /// - Throws: `GraphError` naming the node where the network cannot take images of that size.
  public init(
    _ variant: Variant, size: Extent2D? = nil, threads: Int, taps: Taps = .none, kernels: KernelTable
  ) throws(GraphError) {
    self.variant = variant
    self.graph = size.map(variant.graph.resized) ?? variant.graph
    self.threads = threads
    self.taps = taps
    plan = try Plan(graph, weights: variant.weights, kernels: kernels)
  }

  /// The shape of the images.
  public var input: FeatureShape { plan.input }

  /// Images per second on all threads, measured for so many seconds.
  ///
  /// - Throws: ``ThreadShortage`` where the system gives fewer threads.
  public func imagesPerSecond(seconds: Double) throws(ThreadShortage) -> Double {
    try imagesPerSecond(plan, seconds: seconds)
  }

  /// What the network makes of one image `[height][width][channels]`: the logits.
  public func logits(of image: [Float]) -> [Float] {
    Executor(plan).run(TensorSlice(image), image: ImageIdentity(ordinal: 0, key: 0)).array
  }

  /// Everything that can be said about the network's speed; takes about three times `seconds`.
  ///
  /// - Throws: ``ThreadShortage`` where the system gives fewer threads.
  public func report(seconds: Double) throws -> BenchmarkReport {
    let peak = try Rates(threads: threads).peak(plan.kernels)
    let rate = try imagesPerSecond(seconds: seconds)
    let multiplyAdds = plan.shapes.costs(of: graph).reduce(0) { $0 + $1.multiplyAdds }
    return BenchmarkReport(
      variant: variant.name, input: [input.height, input.width, input.channels],
      instructionSet: plan.kernels.instructionSet.rawValue, threads: threads, taps: taps.rawValue,
      imagesPerSecond: rate, multiplyAdds: multiplyAdds, peak: peak,
      limitShare: Double(multiplyAdds) * rate / peak, dynamicShare: try dynamicShare(seconds: seconds),
      steps: stepTimes(seconds: seconds, peak: peak / Double(threads)))
  }

  private func imagesPerSecond(_ plan: Plan, seconds: Double) throws(ThreadShortage) -> Double {
    try Rates(threads: threads).imagesPerSecond(plan, seconds: seconds) { [taps] in
      taps.observer(plan)
    }
  }

  /// The share of the time that the network would not need with static activations; nil for a network that has no
  /// others. Both run by turns, nothing counted.
  private func dynamicShare(seconds: Double) throws -> Double? {
    guard plan.sites.contains(where: \.activation.isDynamic) else { return nil }
    let twin = try Plan(graph.staticTwin, weights: variant.weights, kernels: plan.kernels)
    let rates = Rates(threads: threads)
    let shares = try (0..<5).map { _ in
      let dynamic = try rates.imagesPerSecond(plan, seconds: seconds / 10) { nil }
      return 1 - dynamic / (try rates.imagesPerSecond(twin, seconds: seconds / 10) { nil })
    }
    return shares.median
  }

  /// Medians on one thread.
  private func stepTimes(seconds: Double, peak: Double) -> [BenchmarkReport.Step] {
    let executor = Executor(plan)
    let (image, observer) = (TensorSlice.noise(input), taps.observer(plan))
    var times = [[Duration]](repeating: [], count: plan.stepNames.count)
    _ = executor.run(image, image: ImageIdentity(ordinal: 0, key: 0), observer: observer)
    let start = ContinuousClock.now
    var ordinal = 0
    repeat {
      let identity = ImageIdentity(ordinal: ordinal, key: UInt64(ordinal))
      executor.timeSteps(image, image: identity, observer: observer, times: &times)
      ordinal += 1
    } while (ContinuousClock.now - start).inSeconds < seconds
    let medians = times.map { $0.map(\.inSeconds).median ?? 0 }
    let total = medians.reduce(0, +)
    let costs = Dictionary(
      plan.shapes.costs(of: graph).map { ($0.node, $0.multiplyAdds) }, uniquingKeysWith: { first, _ in first })
    func limitShare(_ multiplyAdds: Int, _ seconds: Double, peak: Double) -> Double? {
      multiplyAdds == 0 || seconds == 0 ? nil : Double(multiplyAdds) / seconds / peak
    }
    return zip(plan.stepNames, medians).map { name, median in
      BenchmarkReport.Step(
        node: name.nodes[0], operation: name.operation, microseconds: median * 1e6,
        share: total == 0 ? 0 : median / total,
        limitShare: limitShare(name.nodes.compactMap { costs[$0] }.reduce(0, +), median, peak: peak))
    }
  }
}
