import Networks
import Tensors

/// Where each value stands in a worker's arena: placed once, memory reused as soon as nothing reads it any more.
struct MemoryPlan: Sendable {
  /// Runs of floats in the arena, one for each image of a batch; all the same one where images go through one by one.
  struct Placement: Sendable, Equatable {
    var offset: Int
    /// Floats of one image.
    var count: Int
    /// Floats from one image's to the next image's; 0 where they take turns.
    var imageStride: Int
    /// Floats in all.
    var total: Int { imageStride == 0 ? count : imageStride * Plan.batch }
  }

  /// Most floats that an arena may take: 2 GiB.
  static let maximumFloats = 1 << 29

  /// By value index; nil for the image, which the caller holds.
  private(set) var placements: [Placement?]
  /// Floats in all.
  private(set) var floats = 0
  /// The runs in use now, by offset.
  private var used: [Placement] = []

  /// Places the values of `steps`; `output` stays to the end. Values that steps from `cut` on read or write are kept
  /// for a whole batch.
  init(_ steps: [any Step], counts: [Int], output: Value, cut: Int) {
    placements = Array(repeating: nil, count: counts.count)
    let lastUses = Self.lastUses(of: steps, values: counts.count, output: output)
    // What waits for the rest of the batch stays while the next image goes through the first steps: nothing of theirs
    // may lie there.
    for value in steps[..<cut].flatMap(\.results) where lastUses[value.index] >= cut {
      placements[value.index] = take(counts[value.index], isBatched: true)
    }
    for (index, step) in steps.enumerated() {
      let lastRead = Set(step.inputs).filter { lastUses[$0.index] == index && $0 != .image }
      var inPlaceInput: Value?
      if let output = step.map, placements[output.index] == nil {
        inPlaceInput = step.inPlaceInput.flatMap { value in
          let isAlike = placements[value.index].map { ($0.imageStride > 0) == (index >= cut) } ?? false
          return lastRead.contains(value) && isAlike ? value : nil
        }
        placements[output.index] =
          inPlaceInput.map { placements[$0.index] } ?? take(counts[output.index], isBatched: index >= cut)
      }
      if let sums = step.kept?.value, placements[sums.index] == nil {
        placements[sums.index] = take(counts[sums.index], isBatched: index >= cut)
      }
      for value in lastRead where value != inPlaceInput { release(value) }
      // A value that nothing reads is computed all the same (its site may be watched) and given up at once.
      for value in step.results where lastUses[value.index] <= index { release(value) }
    }
  }

  /// The last step that reads each value; -1 where none does, beyond all steps for the output.
  private static func lastUses(of steps: [any Step], values: Int, output: Value) -> [Int] {
    var lastUses = Array(repeating: -1, count: values)
    for (index, step) in steps.enumerated() {
      for input in step.inputs { lastUses[input.index] = index }
    }
    lastUses[output.index] = steps.count
    return lastUses
  }

  /// The lowest gap that holds `count` floats for one image or a batch. Counts are multiples of 16, so every run begins
  /// on a 64-byte boundary.
  private mutating func take(_ count: Int, isBatched: Bool) -> Placement {
    var placement = Placement(offset: 0, count: count, imageStride: isBatched ? count : 0)
    var position = used.count
    for (index, run) in used.enumerated() {
      if run.offset - placement.offset >= placement.total {
        position = index
        break
      }
      placement.offset = run.offset + run.total
    }
    used.insert(placement, at: position)
    floats = max(floats, placement.offset + placement.total)
    return placement
  }

  private mutating func release(_ value: Value) {
    guard let placement = placements[value.index], let index = used.firstIndex(of: placement) else { return }
    used.remove(at: index)
  }
}
