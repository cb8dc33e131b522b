extension Layout {
  /// A change of an array, whatever its elements.
  enum Change {
    case reshape([Int])
    case transpose([Int])
    case expand([Int])
    case slices([Slice])
    case gather(Int, NDArray<Int>)
    /// Runs of so many elements from some places on.
    case runs([Int], length: Int, shape: [Int])
    case tile([Int])

    /// Every `step`-th element along one dimension.
    struct Slice {
      var dimension: Int
      var start: Int
      var step = 1
      var count: Int
    }

    func apply(to operand: Operand) throws(ONNXProblem) -> Operand {
      switch operand {
      case .constant(let constant):
        return .constant(Constant(apply(constant.array), isFloat: constant.isFloat))
      case .value(let value):
        if case .reshape(let shape) = self { return .value(value.reshaped(shape)) }
        return .value(value.placed(apply(value.index)))
      }
    }

    func apply<Element>(_ array: NDArray<Element>) -> NDArray<Element> {
      switch self {
      case .reshape(let shape): return array.reshaped(shape)
      case .transpose(let order): return array.transposed(order)
      case .expand(let shape): return array.expanded(shape)
      case .slices(let slices):
        return slices.reduce(array) { $0.sliced($1.dimension, start: $1.start, step: $1.step, count: $1.count) }
      case .gather(let dimension, let indices): return array.gathered(dimension, indices)
      case .runs(let starts, let length, let shape):
        return NDArray(shape: shape, starts.flatMap { array.elements[$0..<$0 + length] })
      case .tile(let repeats):
        return repeats.enumerated().reduce(array) { array, one in
          one.element == 1
            ? array : NDArray.joined(Array(repeating: array, count: one.element), one.offset)
        }
      }
    }
  }
}
