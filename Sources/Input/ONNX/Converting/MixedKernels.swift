import Networks
import Tensors

/// Convolutions whose kernels are sums of constant ones, each times a share that is computed from the image.
extension Converter {
  /// A convolution whose kernel, and perhaps its bias, is a vector times a constant matrix.
  func mixedConvolution(
    _ convolution: Convolution, _ node: String, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let weight = try mixture(call.value(1), "weight", call)
    var convolution = convolution
    convolution.weight = draft.store(weight.kernels, "\(origin.label).weight")
    switch call.optional(2) {
    case nil: break
    case .value(let value)?:
      let bias = try mixture(value, "bias", call)
      guard bias.shares == weight.shares else {
        throw call.problem("its weight and its bias are mixed by different vectors; one for both is covered")
      }
      convolution.bias = draft.store(bias.kernels, "\(origin.label).bias")
    case .constant(let constant)?:
      // A bias that is the same for all kernels; shares need not sum to 1, so it is added behind.
      let result = try mixedConvolution(convolution, weight, node, call)
      let shift = constant.array.reshaped([1, constant.count, 1, 1])
      return try affine(result, scale: .number(1), shift: shift, call)
    }
    return try mixedConvolution(convolution, weight, node, call)
  }

  private func mixedConvolution(
    _ convolution: Convolution, _ weight: (shares: String, kernels: DraftTensor), _ node: String, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let mixed = MixedConvolution(convolution, kernels: weight.kernels.shape[0])
    let result = try add(.mixedConvolution(mixed), [node, weight.shares], call)
    note(layer: origin.label)
    try check(result, call)
    return result
  }

  /// The vector of shares, and the kernels [K, ...] that they mix.
  private func mixture(
    _ value: Value, _ what: String, _ call: Call
  ) throws(ONNXProblem) -> (shares: String, kernels: DraftTensor) {
    let node = draft[value.node]
    switch node.operation {
    case .mixture(let kernels):
      let shape = [kernels.shape[0]] + value.shape
      // Kernels in the file's order stay in the file.
      guard let places = value.places else { return (node.inputs[0], kernels.weight.reshaped(shape)) }
      let (numbers, columns) = (kernels.weight.floats, kernels.shape[1])
      let moved = (0..<shape[0]).flatMap { kernel in places.map { numbers[kernel * columns + Int($0)] } }
      return (node.inputs[0], DraftTensor(shape: shape, values: .numbers(moved)))
    case .graph(.linear(let layer)):
      guard layer.bias == nil, let matrix = draft.tensors[layer.weight] else { break }
      let (numbers, count) = (matrix.floats, matrix.shape[1])
      let places = value.index.elements
      let kernels = (0..<count).flatMap { kernel in places.map { numbers[Int($0) * count + kernel] } }
      return (node.inputs[0], DraftTensor(shape: [count] + value.shape, values: .numbers(kernels)))
    default: break
    }
    throw call.problem(
      "its \(what) is computed from the image; a vector times a constant matrix of kernels is covered")
  }

  /// A vector times a matrix of more columns than a map may have channels: a sum of kernels; nil for fewer.
  func largeMixture(_ value: Value, _ matrix: Constant, _ call: Call) throws(ONNXProblem) -> Value? {
    let (count, columns) = (matrix.shape[0], matrix.shape[1])
    guard columns > GraphShapes.maximumExtent, value.count == count, value.shape.last == count else { return nil }
    return try mixture(value, matrix, Array(value.shape.dropLast()) + [columns], call)
  }

  /// A vector times a constant of more dimensions than maps have, which it meets along one of them: kernels before they
  /// are summed; nil for others.
  func weightedKernels(_ value: Value, _ constant: Constant, _ call: Call) throws(ONNXProblem) -> Value? {
    guard value.positions == 1, let shape = broadcast([value.shape, constant.shape]), shape.count > 4,
      Layout.isAllowed(shape), shape.reduce(1, *) == constant.count, constant.count > value.count
    else { return nil }
    let own = [Int](repeating: 1, count: shape.count - value.shape.count) + value.shape
    let varying = own.indices.filter { own[$0] > 1 }
    guard varying.count == 1 else { return nil }
    let extents = FeatureShape(height: 1, width: 1, channels: constant.count)
    let weighted = WeightedParts(parts: constant.reshaped(shape), dimension: varying[0])
    let vector = try vector(value, call)
    return Value(
      whole: add(.weightedParts(weighted), [vector], extents).node, extents, shape: shape)
  }

  /// The sum of kernels that were multiplied by shares; nil for another sum.
  func sumOfKernels(_ value: Value, _ reduced: ReducedDimensions, _ call: Call) throws(ONNXProblem) -> Value? {
    guard case .weightedParts(let weighted) = draft[value.node].operation, value.places == nil,
      value.shape == weighted.parts.shape, reduced.dimensions == [weighted.dimension]
    else { return nil }
    let (parts, dimension) = (weighted.parts, weighted.dimension)
    let (count, columns) = (parts.shape[dimension], parts.count / parts.shape[dimension])
    let isInFront = parts.shape[..<dimension].allSatisfy { $0 == 1 }
    let others = parts.shape.indices.filter { $0 != dimension }
    let matrix =
      isInFront ? parts : Constant(parts.array.transposed([dimension] + others), isFloat: true)
    var shape = parts.shape
    if reduced.keeps { shape[dimension] = 1 } else { shape.remove(at: dimension) }
    return try mixture(
      Value(whole: draft[value.node].inputs[0], FeatureShape(height: 1, width: 1, channels: count)),
      matrix.reshaped([count, columns]), shape, call)
  }

  private func mixture(
    _ shares: Value, _ kernels: Constant, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value {
    guard Layout.isAllowed(shape) else { throw call.problem("would make a tensor of shape \(shape)") }
    let extents = FeatureShape(height: 1, width: 1, channels: kernels.shape[1])
    return Value(whole: add(.mixture(kernels), [try vector(shares, call)], extents).node, extents, shape: shape)
  }

  /// The node of all elements of a value in their order.
  private func vector(_ value: Value, _ call: Call) throws(ONNXProblem) -> String {
    let extents = FeatureShape(height: 1, width: 1, channels: value.count)
    return try wholeMap(value.reshaped([1, value.count]), call, extents: extents).node
  }
}
