import Networks
import Tensors

/// A network beside changed copies of itself, one image at a time: what comes before a copy's first change is computed
/// once. It owns the memory of one worker.
public final class Comparison {
  private let executor: Executor
  private let unchanged: PlannedChanges
  /// The copies by their first changed step.
  private let groups: [(step: Int, variations: [(index: Int, changes: PlannedChanges)])]
  /// Values that are computed before a group's first step and needed from there on: what is kept while a copy runs.
  private let kept: [[Range<Int>]]
  private let memory: AlignedStorage<Float>
  private let logits: [TensorSlice]

  /// A comparison with copies that have other changes each.
  ///
  /// - Parameters:
  ///   - plan: The network.
  ///   - variations: Each copy's changes by the sites' ids; they must fit (``Subject/check(_:)``).
  public init(_ plan: Plan, variations: [[Int: SiteChange]]) {
    executor = Executor(plan)
    unchanged = executor.changes
    let planned = variations.map { PlannedChanges($0, of: plan) }
    let steps = Set(planned.map(\.firstStep)).sorted()
    groups = steps.map { step in
      (step, planned.enumerated().filter { $1.firstStep == step }.map { (index: $0, changes: $1) })
    }
    kept = steps.map { plan.live(before: $0) }
    memory = AlignedStorage(count: kept.map { $0.reduce(0) { $0 + $1.count } }.max() ?? 0)
    let output = plan.shapes.output
    logits = variations.map { _ in TensorSlice(zeros: output.positions == 1 ? output.channels : output.storedCount) }
  }

  /// Takes an image, `[positions][channels]` of ``Plan/input``, through the network and every copy.
  ///
  /// - Parameters:
  ///   - input: The image.
  ///   - image: What it is.
  ///   - body: Is handed the logits of the network and of each copy, in the order of the variations; they are valid
  ///     during the call.
  public func run(
    _ input: TensorSlice, image: ImageIdentity, _ body: (_ unchanged: TensorSlice, _ changed: [TensorSlice]) -> Void
  ) {
    executor.begin(alone: input, image: image)
    defer { executor.endAlone() }
    var done = 0
    for (group, kept) in zip(groups, kept) {
      run(done..<group.step)
      done = group.step
      copy(kept, toMemory: true)
      for variation in group.variations {
        executor.changes = variation.changes
        run(group.step..<executor.plan.steps.count)
        logits[variation.index].copy(from: executor.result(0))
        copy(kept, toMemory: false)
      }
      executor.changes = unchanged
    }
    run(done..<executor.plan.steps.count)
    body(executor.result(0), logits)
  }

  private func run(_ steps: Range<Int>) { executor.run(steps, slots: 0..<1, observer: nil) { _ in } }

  private func copy(_ ranges: [Range<Int>], toMemory: Bool) {
    var offset = 0
    for range in ranges {
      let (place, copy) = (executor.scratch(range), TensorSlice(memory, offset: offset, count: range.count))
      if toMemory { copy.copy(from: place) } else { place.copy(from: copy) }
      offset += range.count
    }
  }
}

extension Plan {
  /// The floats of an arena that hold, for a batch's first image, what was computed before a step and is read from it
  /// on, or is the result.
  fileprivate func live(before step: Int) -> [Range<Int>] {
    let written = Set(steps[..<step].flatMap(\.results))
    let read = Set(steps[step...].flatMap(\.inputs) + [output])
    return written.intersection(read).sorted { $0.index < $1.index }.compactMap { value in
      memory.placements[value.index].map { $0.offset..<$0.offset + $0.count }
    }
  }
}
