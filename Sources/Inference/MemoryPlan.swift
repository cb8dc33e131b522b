import Networks
import Tensors

/// Where each value stands in a worker's arena: placed once, memory reused as soon as nothing reads it any more.
struct MemoryPlan: Sendable {
  /// A run of floats in the arena.
  struct Placement: Sendable, Equatable {
    var offset: Int
    var count: Int
  }

  /// Most floats that an arena may take: 2 GiB.
  static let maximumFloats = 1 << 29

  /// By value index; nil for the image, which the caller holds.
  private(set) var placements: [Placement?]
  /// Floats in all.
  private(set) var floats = 0
  /// The runs in use now, by offset.
  private var used: [Placement] = []

  /// Places the values of `steps`; `output` stays to the end.
  init(_ steps: [Step], shapes: [FeatureShape], output: Value) {
    placements = Array(repeating: nil, count: shapes.count)
    let lastUses = Self.lastUses(of: steps, values: shapes.count, output: output)
    for (index, step) in steps.enumerated() {
      let dying = Set(step.inputs).filter { lastUses[$0.index] == index && $0 != .image }
      let heir = step.worksInPlace ? step.inputs.first(where: dying.contains) : nil
      if let heir {
        placements[step.output.index] = placements[heir.index]
      } else {
        placements[step.output.index] = take(shapes[step.output.index].storedCount)
      }
      for value in dying where value != heir { release(value) }
      // A value that nothing reads is computed all the same (its site may be watched) and given up at once.
      if lastUses[step.output.index] <= index { release(step.output) }
    }
  }

  /// The last step that reads each value; -1 where none does, beyond all steps for the output.
  private static func lastUses(of steps: [Step], values: Int, output: Value) -> [Int] {
    var lastUses = Array(repeating: -1, count: values)
    for (index, step) in steps.enumerated() {
      for input in step.inputs { lastUses[input.index] = index }
    }
    lastUses[output.index] = steps.count
    return lastUses
  }

  /// The lowest gap that holds `count` floats. Counts are multiples of 16, so every run begins on a 64-byte boundary.
  private mutating func take(_ count: Int) -> Placement {
    var offset = 0
    var position = used.count
    for (index, run) in used.enumerated() {
      if run.offset - offset >= count {
        position = index
        break
      }
      offset = run.offset + run.count
    }
    let placement = Placement(offset: offset, count: count)
    used.insert(placement, at: position)
    floats = max(floats, offset + count)
    return placement
  }

  private mutating func release(_ value: Value) {
    guard let placement = placements[value.index], let index = used.firstIndex(of: placement) else { return }
    used.remove(at: index)
  }
}

/// What a step needs beside maps, sized for the largest one: runs of floats after the maps in a worker's arena.
struct ScratchPlan: Sendable {
  /// Floats of x that a watched in-place activation keeps at a time: x and y together stay in the first-level cache.
  static let tapFloats = 4096

  /// Channel means.
  private(set) var means = 0..<0
  /// The hidden layer.
  private(set) var hidden = 0..<0
  /// The second layer's outputs.
  private(set) var residuals = 0..<0
  /// a, `[K][channelStride]`.
  private(set) var slopes = 0..<0
  /// b, `[K][channelStride]`.
  private(set) var intercepts = 0..<0
  /// a of shared coefficients, `[K]`.
  private(set) var sharedSlopes = 0..<0
  /// b of shared coefficients, `[K]`.
  private(set) var sharedIntercepts = 0..<0
  /// π, one for each position.
  private(set) var attention = 0..<0
  /// x of a watched in-place activation.
  private(set) var tap = 0..<0
  /// The end.
  private(set) var end: Int

  init(_ steps: [Step], after start: Int) {
    end = start
    var (channels, hiddenUnits, outputs, functions, lanes, positions) = (0, 0, 0, 0, 0, 0)
    for case .activation(let step) in steps {
      let (shape, count) = (step.site.shape, step.site.activation.functions)
      channels = max(channels, shape.channelStride)
      functions = max(functions, count)
      lanes = max(lanes, count * shape.channelStride)
      if step.attention != nil { positions = max(positions, shape.positions) }
      if case .hyper(let layers) = step.source {
        hiddenUnits = max(hiddenUnits, layers.options.hidden)
        outputs = max(outputs, layers.outputs)
      }
    }
    means = take(channels)
    hidden = take(hiddenUnits)
    residuals = take(outputs)
    slopes = take(lanes)
    intercepts = take(lanes)
    sharedSlopes = take(functions)
    sharedIntercepts = take(functions)
    attention = take(positions)
    tap = take(max(Self.tapFloats, channels))
  }

  private mutating func take(_ count: Int) -> Range<Int> {
    let start = end
    end += FeatureShape.padded(count)
    return start..<end
  }
}
