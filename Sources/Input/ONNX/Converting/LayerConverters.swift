import Networks
import Tensors

/// Convolutions, fully connected layers and BatchNorm.
extension Converters {
  static let layers: [String: Conversion] = [
    "Conv": { converter, call throws(ONNXProblem) in
      [.value(try converter.convolution(call))]
    },
    "Gemm": { converter, call throws(ONNXProblem) in
      [.value(try converter.gemm(call))]
    },
    "MatMul": { converter, call throws(ONNXProblem) in
      let weight = try call.constant(1, "right side")
      guard weight.shape.count == 2 else {
        throw call.problem("is covered with one constant matrix on the right; attention between positions is not")
      }
      let turned = weight.array.transposed([1, 0])
      return [.value(try converter.linear(call.value(), Layer(weight: weight, matrix: turned, bias: nil), call))]
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
  fileprivate func convolution(_ call: Call) throws(ONNXProblem) -> Value {
    let weight = try call.constant(1, "weight")
    let bias = try call.optionalConstant(2, "bias")
    guard weight.shape.count == 4 else {
      guard weight.shape.count == 3 else { throw call.problem("has a weight of shape \(weight.shape)") }
      return try convolutionOfChannels(weight, bias, call)
    }
    let source = try wholeMap(call.value(), call)
    let window = try WindowOptions(call, kernel: Array(weight.shape[2...]), over: source.extents)
    let (node, padding) = padBelow(source, window.padding, neutral: 0)
    let label = label(of: weight)
    let convolution = Convolution(
      outChannels: weight.shape[0], kernel: window.kernel, stride: window.stride, padding: padding,
      dilation: window.dilation, groups: try call.integer("group") ?? 1, weight: store(weight, label, "weight"),
      bias: bias.map { store($0, label, "bias") })
    let result = try add(.convolution(convolution), [node], call, label: label)
    note(layer: label)
    try check(result, call)
    return result
  }

  /// Holds the weights of a new node against what it needs.
  private func check(_ result: Value, _ call: Call) throws(ONNXProblem) {
    guard case .graph(let operation) = draft[result.node].operation, let input = draft[result.node].inputs.first else {
      return
    }
    for need in operation.weightShapes(input: draft[input].shape) {
      guard let tensor = draft.tensors[need.name], tensor.shape == need.shape else {
        throw call.problem(
          "its \(need.role) has shape \(draft.tensors[need.name]?.shape ?? []), but \(need.shape) is expected")
      }
    }
  }

  /// A one-dimensional convolution over the channels of a vector, as a matrix.
  private func convolutionOfChannels(_ weight: Constant, _ bias: Constant?, _ call: Call) throws(ONNXProblem) -> Value {
    let value = try call.value()
    let size = value.count
    guard value.extents.isVector, size == value.extents.channels, value.shape.count == 3, value.shape[1] == 1,
      weight.shape[1] == 1, try call.integer("group") ?? 1 == 1
    else { throw call.problem("is covered over the channels of a pooled map only") }
    let vector = try wholeMap(value, call, extents: value.extents)
    let options = try WindowOptions(
      call, kernel: [1, weight.shape[2]], over: FeatureShape(height: 1, width: size, channels: 1))
    let room = size + options.padding.left + options.padding.right - options.dilation.width * (weight.shape[2] - 1) - 1
    guard room >= 0 else { throw call.problem("its window does not fit") }
    let (outputs, filters, taps) = (room / options.stride.width + 1, weight.shape[0], weight.array.elements)
    let rows = outputs * filters
    guard rows * size <= 1 << 26, rows * weight.shape[2] <= 1 << 26, bias.map({ $0.count == filters }) ?? true else {
      throw call.problem("is too large, or its bias does not fit")
    }
    var matrix = [Double](repeating: 0, count: rows * size)
    for row in 0..<rows {
      for tap in 0..<weight.shape[2] {
        let column = row % outputs * options.stride.width + tap * options.dilation.width - options.padding.left
        guard 0..<size ~= column else { continue }
        matrix[row * size + column] += taps[row / outputs * weight.shape[2] + tap]
      }
    }
    let offsets = bias.map { bias in
      Constant(NDArray(shape: [rows], (0..<rows).map { bias.array.elements[$0 / outputs] }), isFloat: true)
    }
    let layer = Converters.Layer(
      weight: Constant(NDArray(shape: [rows, size], matrix), isFloat: true), matrix: nil, bias: offsets)
    return try dense(vector.node, layer, call).reshaped([1, filters, outputs])
  }

  fileprivate func gemm(_ call: Call) throws(ONNXProblem) -> Value {
    let weight = try call.constant(1, "weight")
    guard weight.shape.count == 2, try call.integer("transA") ?? 0 == 0 else {
      throw call.problem("is covered for a row times a constant matrix")
    }
    let (alpha, beta) = (try call.float("alpha") ?? 1, try call.float("beta") ?? 1)
    var matrix = try call.integer("transB") ?? 0 == 0 ? weight.array.transposed([1, 0]) : nil
    if alpha != 1 { matrix = (matrix ?? weight.array).map { $0 * alpha } }
    var bias = try call.optionalConstant(2, "addend")
    let outputs = matrix?.shape[0] ?? weight.shape[0]
    if let given = bias, given.shape != [outputs] || beta != 1 {
      guard given.count == outputs || given.count == 1 else { throw call.problem("adds a matrix; a vector is covered") }
      let numbers = given.array.map { $0 * beta }.reshaped([given.count]).expanded([outputs])
      bias = Constant(numbers, isFloat: true)
    }
    return try linear(call.value(), Converters.Layer(weight: weight, matrix: matrix, bias: bias), call)
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
    else {
      throw call.problem("is covered over the channels only, for a vector, a flattened map or each position of a map")
    }
    let node = try select(value, channels, call)
    let result = try window(node, layer, [layer.shape[0], features, 1, 1], kernel: Extent2D(1), call)
    let order = positions.flatMap { position in (0..<layer.shape[0]).map { Int32($0 * size + position) } }
    return result.placed(NDArray(shape: shape, order))
  }

  /// A layer on a vector.
  private func dense(_ node: String, _ layer: Converters.Layer, _ call: Call) throws(ONNXProblem) -> Value {
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
