import Networks
import Tensors

/// Operators that only move, drop or repeat elements: done to the numbers of constants and to the places of values.
extension Converters {
  static let layout: [String: Conversion] = {
    let change: Conversion = { converter, call throws(ONNXProblem) in
      let results = try Layout.changed(call)
      // A pixel shuffle that is written out ends so.
      guard call.node.type == "Reshape", try call.operand().shape.count > 4 else { return results }
      return try results.map { result throws(ONNXProblem) in try converter.settled(result, call) }
    }
    return Layout.all.keys.reduce(into: same) { $0[$1] = change }
  }()

  /// Operators that do nothing in inference.
  private static let same: [String: Conversion] = {
    let identity: Conversion = { _, call throws(ONNXProblem) in [try call.operand()] }
    return [
      "Identity": identity,
      "Dropout": { _, call throws(ONNXProblem) in
        if let mode = try call.optionalConstant(2, "training_mode")?.number, mode != 0 {
          throw call.problem("is in training mode")
        }
        return [try call.operand()]
      },
      "Cast": { converter, call throws(ONNXProblem) in
        let value = try call.value()
        let type = try call.integer("to").flatMap(StoredType.init)
        if type?.isFloat == true || type != nil && converter.truths.contains(value.node) { return [.value(value)] }
        guard type == .bool else {
          throw call.problem("converts what is computed from the image to whole numbers; the program computes in F32")
        }
        let truth = try converter.pointwise(call)
        converter.truths.insert(truth.node)
        return [.value(truth)]
      },
      "CastLike": identity,
    ]
  }()
}

/// What an operator does to the layout of its first input.
struct Layout {
  private let call: Call
  private let shape: [Int]
  private var rank: Int { shape.count }

  /// Most elements of a tensor.
  static let maximumCount = 1 << 26

  /// Whether a tensor may have this shape.
  static func isAllowed(_ shape: [Int]) -> Bool {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= maximumCount, extent >= 0 else { return false }
      count = product
    }
    return shape.count <= StoredTensor.maximumRank
  }

  init(_ call: Call) throws(ONNXProblem) {
    self.call = call
    shape = try call.operand().shape
  }

  /// What a call of one of ``all`` gives.
  static func changed(_ call: Call) throws(ONNXProblem) -> [Operand] {
    guard let change = all[call.node.type] else { return [] }
    let operand = try call.operand()
    var results: [Operand] = []
    for one in try change(Layout(call)) { results.append(try one.apply(to: operand)) }
    return results
  }

  static let all: [String: @Sendable (Layout) throws(ONNXProblem) -> [Change]] = [
    "Reshape": { layout throws(ONNXProblem) in [.reshape(try layout.reshaped())] },
    "Flatten": { layout throws(ONNXProblem) in
      let axis = try layout.call.integer("axis") ?? 1
      guard (-layout.rank...layout.rank).contains(axis) else { throw layout.call.problem("has axis \(axis)") }
      let front = layout.shape[..<(axis < 0 ? axis + layout.rank : axis)].reduce(1, *)
      return [.reshape([front, front == 0 ? 0 : layout.shape.reduce(1, *) / front])]
    },
    "Squeeze": { layout throws(ONNXProblem) in
      let axes = try layout.call.dimensions("axes", input: 1, rank: layout.rank)
      let dropped = axes ?? layout.shape.indices.filter { layout.shape[$0] == 1 }
      guard dropped.allSatisfy({ layout.shape[$0] == 1 }) else {
        throw layout.call.problem("drops dimensions \(dropped) of \(layout.shape), which are not 1")
      }
      return [.reshape(layout.shape.indices.filter { !dropped.contains($0) }.map { layout.shape[$0] })]
    },
    "Unsqueeze": { layout throws(ONNXProblem) in
      guard let given = try layout.call.integers("axes", input: 1) else { throw layout.call.problem("has no axes") }
      let rank = layout.rank + given.count
      let axes = Set(try given.map { axis throws(ONNXProblem) in try layout.call.dimension(axis, rank: rank) })
      guard axes.count == given.count, rank <= StoredTensor.maximumRank else {
        throw layout.call.problem("puts dimensions at \(given)")
      }
      var rest = layout.shape.makeIterator()
      return [.reshape((0..<rank).map { axes.contains($0) ? 1 : rest.next() ?? 1 })]
    },
    "Transpose": { layout throws(ONNXProblem) in
      let order = try layout.call.integers("perm") ?? (0..<layout.rank).reversed()
      guard order.sorted() == Array(0..<layout.rank) else {
        throw layout.call.problem("orders the dimensions of \(layout.shape) as \(order)")
      }
      return [.transpose(order)]
    },
    "Expand": { layout throws(ONNXProblem) in
      let wanted = try layout.call.constant(1, "shape").integers
      guard wanted.allSatisfy({ 1...layout.largest ~= $0 }), let shape = broadcast([layout.shape, wanted]) else {
        throw layout.call.problem("expands \(layout.shape) to \(wanted)")
      }
      return [.expand(try layout.checked(shape))]
    },
    "Tile": { layout throws(ONNXProblem) in
      let repeats = try layout.call.constant(1, "repeats").integers
      guard repeats.count == layout.rank, repeats.allSatisfy({ 1...layout.largest ~= $0 }) else {
        throw layout.call.problem("repeats \(layout.shape) by \(repeats)")
      }
      _ = try layout.checked(zip(layout.shape, repeats).map { $0.multipliedReportingOverflow(by: $1).partialValue })
      return [.tile(repeats)]
    },
    "Slice": { layout throws(ONNXProblem) in [.slices(try layout.slices())] },
    "Gather": { layout throws(ONNXProblem) in
      let axis = try layout.call.dimension(layout.call.integer("axis") ?? 0, rank: layout.rank)
      let indices = try layout.call.constant(1, "indices")
      let extent = layout.shape[axis]
      let wanted = indices.integers
      guard wanted.allSatisfy({ (-extent..<extent).contains($0) }) else {
        throw layout.call.problem("takes elements that dimension \(axis) of \(layout.shape) does not have")
      }
      _ = try layout.checked(Array(layout.shape[..<axis]) + indices.shape + Array(layout.shape[(axis + 1)...]))
      let array = NDArray(shape: indices.shape, wanted.map { $0 < 0 ? $0 + extent : $0 })
      return [.gather(axis, array)]
    },
    "GatherND": { layout throws(ONNXProblem) in [try layout.gatheredRuns()] },
    "Split": { layout throws(ONNXProblem) in try layout.split() },
  ]

  private var largest: Int { Self.maximumCount }

  /// A shape whose element count is accepted.
  private func checked(_ shape: [Int]) throws(ONNXProblem) -> [Int] {
    guard Self.isAllowed(shape) else { throw call.problem("would make a tensor of shape \(shape)") }
    return shape
  }

  private func reshaped() throws(ONNXProblem) -> [Int] {
    let wanted = try call.constant(1, "shape").integers
    let allowsZero = try call.integer("allowzero") ?? 0 != 0
    guard wanted.count <= StoredTensor.maximumRank, wanted.count(where: { $0 == -1 }) <= 1,
      wanted.allSatisfy({ $0 >= -1 })
    else { throw call.problem("makes the shape \(wanted) of \(shape)") }
    var result = wanted
    for index in result.indices where result[index] == 0 && !allowsZero {
      guard index < rank else { throw call.problem("makes the shape \(wanted) of \(shape)") }
      result[index] = shape[index]
    }
    let count = shape.reduce(1, *)
    if let free = result.firstIndex(of: -1) {
      let rest = try checked(result.map { $0 == -1 ? 1 : $0 }).reduce(1, *)
      guard rest > 0, count % rest == 0 else { throw call.problem("makes the shape \(wanted) of \(shape)") }
      result[free] = count / rest
    }
    guard try checked(result).reduce(1, *) == count else {
      throw call.problem(
        "makes the shape \(wanted) of \(shape)\(shape.first == 1 ? "; is another batch fixed in it?" : "")")
    }
    return result
  }

  private func slices() throws(ONNXProblem) -> [Change.Slice] {
    guard let starts = try call.integers("starts", input: 1), let ends = try call.integers("ends", input: 2) else {
      throw call.problem("has no starts or ends")
    }
    let axes = try call.integers("axes", input: 3) ?? Array(starts.indices)
    let steps = try call.integers("steps", input: 4) ?? starts.map { _ in 1 }
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count,
      steps.allSatisfy({ $0 != 0 && abs($0) < largest })
    else { throw call.problem("has starts \(starts), ends \(ends), axes \(axes) and steps \(steps)") }
    var slices: [Change.Slice] = []
    for index in starts.indices {
      let axis = try call.dimension(axes[index], rank: rank)
      guard !slices.contains(where: { $0.dimension == axis }) else { throw call.problem("cuts a dimension twice") }
      let (extent, step) = (shape[axis], steps[index])
      func bounded(_ place: Int, _ range: ClosedRange<Int>) -> Int {
        max(range.lowerBound, min(range.upperBound, place < 0 ? place + extent : place))
      }
      let start = bounded(starts[index], step > 0 ? 0...extent : 0...max(0, extent - 1))
      let end = bounded(ends[index], step > 0 ? 0...extent : -1...max(0, extent - 1))
      let distance = step > 0 ? end - start : start - end
      let count = extent == 0 ? 0 : max(0, (distance + abs(step) - 1) / abs(step))
      slices.append(Change.Slice(dimension: axis, start: start, step: step, count: count))
    }
    return slices
  }

  /// What indices of the first dimensions name.
  private func gatheredRuns() throws(ONNXProblem) -> Change {
    let indices = try call.constant(1, "indices")
    guard try call.integer("batch_dims") ?? 0 == 0, let depth = indices.shape.last, 1...max(rank, 1) ~= depth else {
      throw call.problem("takes elements of \(shape) by indices of shape \(indices.shape)")
    }
    let strides = NDArray<Int>.strides(of: shape)
    let numbers = indices.integers
    var starts: [Int] = []
    for at in stride(from: 0, to: numbers.count, by: depth) {
      var start = 0
      for dimension in 0..<depth {
        let (index, extent) = (numbers[at + dimension], shape[dimension])
        guard -extent..<extent ~= index else { throw call.problem("takes elements that \(shape) does not have") }
        start += (index < 0 ? index + extent : index) * strides[dimension]
      }
      starts.append(start)
    }
    let inner = Array(shape[depth...])
    return .runs(starts, length: inner.reduce(1, *), shape: try checked(Array(indices.shape.dropLast()) + inner))
  }

  private func split() throws(ONNXProblem) -> [Change] {
    let axis = try call.dimension(call.integer("axis") ?? 0, rank: rank)
    let (extent, parts) = (shape[axis], call.node.outputs.count)
    var sizes = try call.integers("split", input: 1) ?? []
    if sizes.isEmpty {
      let size = (extent + max(parts, 1) - 1) / max(parts, 1)
      sizes = (0..<parts).map { max(0, min(size, extent - $0 * size)) }
    }
    guard sizes.allSatisfy({ 0...extent ~= $0 }), sizes.reduce(0, +) == extent, sizes.count == parts else {
      throw call.problem("splits dimension \(axis) of \(shape) into \(sizes) for \(parts) outputs")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return .slices([Change.Slice(dimension: axis, start: start, count: size)])
    }
  }
}
