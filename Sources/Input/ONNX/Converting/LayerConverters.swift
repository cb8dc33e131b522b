import Networks
import Tensors

/// Fully connected layers, matrix products and BatchNorm.
extension Converters {
  static let layers: [String: Conversion] = [
    "Gemm": { converter, call throws(ONNXProblem) in
      [.value(try converter.gemm(call))]
    },
    "MatMul": { converter, call throws(ONNXProblem) in
      [.value(try converter.matrixProduct(call))]
    },
    "BatchNormalization": { converter, call throws(ONNXProblem) in
      [.value(try converter.batchNormalization(call))]
    },
  ]

  /// A fully connected layer.
  struct Layer {
    /// The weight as it stands in the file, for its name.
    let weight: Constant
    /// [out, in]; nil where the weight is that already.
    let matrix: NDArray<Double>?
    /// [out].
    let bias: Constant?

    var shape: [Int] { matrix?.shape ?? weight.shape }
    /// The numbers in the shape of a node's weight.
    func tensor(_ shape: [Int]) -> DraftTensor {
      guard let matrix else { return weight.weight.reshaped(shape) }
      return DraftTensor(shape: shape, values: .numbers(matrix.elements.map { Float($0) }))
    }
  }
}

extension Converter {
  fileprivate func gemm(_ call: Call) throws(ONNXProblem) -> Value {
    var value = try call.value()
    let weight = try call.constant(1, "weight")
    guard weight.shape.count == 2, value.shape.count == 2 else {
      throw call.problem("multiplies shapes \(value.shape) and \(weight.shape); two matrices are expected")
    }
    if try call.integer("transA") ?? 0 != 0 { value = value.turned }
    let (alpha, beta) = (try call.float("alpha") ?? 1, try call.float("beta") ?? 1)
    if alpha == 1, call.optional(2) == nil, try call.integer("transB") ?? 0 == 0,
      let kernels = try largeMixture(value, weight, call)
    {
      return kernels
    }
    var matrix = try call.integer("transB") ?? 0 == 0 ? weight.array.transposed([1, 0]) : nil
    if alpha != 1 { matrix = (matrix ?? weight.array).map { $0 * alpha } }
    let outputs = matrix?.shape[0] ?? weight.shape[0]
    var bias: Constant?
    if case .constant(let given)? = call.optional(2),
      given.count == 1 || given.count == outputs && given.shape.last == outputs
    {
      let numbers = given.array.map { $0 * beta }.reshaped([given.count]).expanded([outputs])
      bias = given.shape == [outputs] && beta == 1 ? given : Constant(numbers, isFloat: true)
    }
    let result = try linear(value, Converters.Layer(weight: weight, matrix: matrix, bias: bias), call)
    guard bias == nil, let addend = call.optional(2) else { return result }
    return try sum(.value(result), 1, addend, beta, call)
  }

  /// A product with a constant matrix on either side, or of two values one of which is a vector.
  fileprivate func matrixProduct(_ call: Call) throws(ONNXProblem) -> Value {
    switch (try call.operand(0), try call.operand(1)) {
    case (.value(let value), .constant(let constant)):
      let weight = try matrix(constant, call)
      if let kernels = try largeMixture(value, weight, call) { return kernels }
      let turned = weight.array.transposed([1, 0])
      return try linear(value, Converters.Layer(weight: weight, matrix: turned, bias: nil), call)
    case (.constant(let constant), .value(let value)):
      guard value.shape.count > 1 else { throw call.problem("multiplies a matrix with \(value.shape)") }
      let layer = Converters.Layer(weight: try matrix(constant, call), matrix: nil, bias: nil)
      return try linear(value.turned, layer, call).turned
    case (.value(let left), .value(let right)): return try weighted(left, right, call)
    case (.constant, .constant): throw call.problem("takes constants only")
    }
  }

  /// A constant as a matrix, whose extents in front are 1.
  private func matrix(_ constant: Constant, _ call: Call) throws(ONNXProblem) -> Constant {
    guard constant.shape.count >= 2, constant.shape.dropLast(2).allSatisfy({ $0 == 1 }) else {
      throw call.problem("multiplies with a constant of shape \(constant.shape); one matrix is covered")
    }
    return constant.shape.count == 2 ? constant : constant.reshaped(Array(constant.shape.suffix(2)))
  }

  /// Rows times one column, or one row times columns: a sum of products, as of positions by their weights.
  private func weighted(_ left: Value, _ right: Value, _ call: Call) throws(ONNXProblem) -> Value {
    let rank = left.shape.count
    guard rank > 1, rank == right.shape.count, left.shape[rank - 1] == right.shape[rank - 2],
      left.shape[rank - 2] == 1 || right.shape[rank - 1] == 1
    else {
      throw call.problem(
        "multiplies two matrices that are computed from the image; attention between positions is not covered")
    }
    let isColumn = right.shape[rank - 1] == 1
    let products = try combine(.multiply, isColumn ? left : left.turned, isColumn ? right.turned : right, call)
    return try reduce(products, ReducedDimensions([isColumn ? rank - 1 : rank - 2], keeps: true), .sum, call)
  }

  /// A fully connected layer: on a vector, on a flattened map, or at each position of a map.
  func linear(_ value: Value, _ layer: Converters.Layer, _ call: Call) throws(ONNXProblem) -> Value {
    guard let features = value.shape.last, layer.shape[1] == features else {
      throw call.problem("multiplies a tensor of shape \(value.shape) with a matrix of \(layer.shape)")
    }
    if let bias = layer.bias, bias.count != layer.shape[0] {
      throw call.problem("adds \(bias.count) numbers to \(layer.shape[0])")
    }
    let shape = Array(value.shape.dropLast()) + [layer.shape[0]]
    if value.count == features {
      if value.positions > 1, value.isPermutation { return try flattened(value, layer, call).reshaped(shape) }
      let extents = FeatureShape(height: 1, width: 1, channels: features)
      return try dense(wholeMap(value.reshaped([1, features]), call, extents: extents).node, layer, call)
        .reshaped(shape)
    }
    let size = value.positions
    let places = value.index.elements
    let channels = (0..<features).map { Int(places[$0]) / size }
    let positions = stride(from: 0, to: places.count, by: features).map { Int(places[$0]) % size }
    guard positions.count == size,
      places.indices.allSatisfy({
        Int(places[$0]) == channels[$0 % features] * size + positions[$0 / features]
      })
    else { return try linearOfRows(value, layer, shape, call) }
    let node = try select(value, channels, call)
    let result = try window(node, layer, [layer.shape[0], features, 1, 1], kernel: Extent2D(1), call)
    let order = positions.flatMap { position in (0..<layer.shape[0]).map { Int32($0 * size + position) } }
    return result.placed(NDArray(shape: shape, order))
  }

  /// A layer on the last dimension, whatever it is of the map: it becomes channels.
  private func linearOfRows(
    _ value: Value, _ layer: Converters.Layer, _ shape: [Int], _ call: Call
  ) throws(ONNXProblem) -> Value {
    let (features, outputs) = (layer.shape[1], layer.shape[0])
    let columns = value.shape.count > 1 ? value.shape[value.shape.count - 2] : 1
    let extents = FeatureShape(height: value.count / features / columns, width: columns, channels: features)
    let places = value.index.reshaped([extents.positions, features]).transposed([1, 0]).elements
    guard let node = try moved(value, places, extents, call) else {
      throw call.problem("is covered over the channels, a flattened map, or what one node can put into channels")
    }
    let result = try window(node, layer, [outputs, features, 1, 1], kernel: Extent2D(1), call)
    return result.placed(result.index.reshaped([outputs, extents.positions]).transposed([1, 0]).reshaped(shape))
  }

  /// A layer on a vector.
  func dense(_ node: String, _ layer: Converters.Layer, _ call: Call) throws(ONNXProblem) -> Value {
    let label = label(of: layer.weight)
    let tensor = layer.tensor(layer.shape)
    let linear = Linear(
      outFeatures: layer.shape[0], weight: store(layer.weight, label, "weight", as: tensor),
      bias: layer.bias.map { store($0, label, "bias") })
    note(layer: label)
    return try add(.linear(linear), [node], call, label: label)
  }

  /// A layer on a flattened map is a convolution whose window is the whole map.
  private func flattened(_ value: Value, _ layer: Converters.Layer, _ call: Call) throws(ONNXProblem) -> Value {
    let map = value.extents
    let shape = [layer.shape[0], map.channels, map.height, map.width]
    let kernel = Extent2D(height: map.height, width: map.width)
    guard let places = value.places else { return try window(value.node, layer, shape, kernel: kernel, call) }
    let features = places.count
    let old = (layer.matrix ?? layer.weight.array).elements
    var new = old
    for row in 0..<layer.shape[0] {
      for (column, place) in places.enumerated() { new[row * features + Int(place)] = old[row * features + column] }
    }
    let moved = Converters.Layer(
      weight: layer.weight, matrix: NDArray(shape: layer.shape, new), bias: layer.bias)
    return try window(value.node, moved, shape, kernel: kernel, call)
  }

  private func window(
    _ node: String, _ layer: Converters.Layer, _ shape: [Int], kernel: Extent2D, _ call: Call
  ) throws(ONNXProblem) -> Value {
    let label = label(of: layer.weight)
    let convolution = Convolution(
      outChannels: shape[0], kernel: kernel,
      weight: store(layer.weight, label, "weight", as: layer.tensor(shape)),
      bias: layer.bias.map { store($0, label, "bias") })
    note(layer: label)
    return try add(.convolution(convolution), [node], call, label: label)
  }

  fileprivate func batchNormalization(_ call: Call) throws(ONNXProblem) -> Value {
    guard try call.integer("training_mode") ?? 0 == 0 else { throw call.problem("is in training mode") }
    let source = try wholeMap(call.value(), call)
    let roles = ["weight", "bias", "running_mean", "running_var"]
    let label = label(of: try call.constant(1, "scale"))
    var names: [String] = []
    for (index, role) in roles.enumerated() {
      let constant = try call.constant(index + 1, role)
      guard constant.shape == [source.extents.channels] else {
        throw call.problem("its \(role) has shape \(constant.shape), but \([source.extents.channels]) is expected")
      }
      names.append(store(constant, label, role))
    }
    let norm = BatchNormalization(
      weight: names[0], bias: names[1], mean: names[2], variance: names[3],
      epsilon: Float(try call.float("epsilon") ?? 1e-5))
    return try add(.batchNormalization(norm), [source.node], call, label: label).reshaped(source.shape)
  }
}

extension Value {
  /// The last two dimensions exchanged.
  fileprivate var turned: Value {
    var order = Array(shape.indices)
    order.swapAt(order.count - 1, order.count - 2)
    return placed(index.transposed(order))
  }
}
