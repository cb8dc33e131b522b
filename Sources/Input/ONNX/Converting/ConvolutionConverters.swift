import Networks
import Tensors

/// Convolutions of every kind.
extension Converters {
  static let convolutions: [String: Conversion] = [
    "Conv": { converter, call throws(ONNXProblem) in
      [.value(try converter.convolution(call))]
    },
    "ConvTranspose": { converter, call throws(ONNXProblem) in
      [.value(try converter.transposedConvolution(call))]
    },
  ]
}

extension Converter {
  fileprivate func convolution(_ call: Call) throws(ONNXProblem) -> Value {
    var shape = try call.operand(1).shape
    guard 3...4 ~= shape.count else { throw call.problem("has a weight of shape \(shape)") }
    let isFlat = shape.count == 3
    if isFlat, let value = try? call.value(), value.extents.isVector {
      return try convolutionOfChannels(call.constant(1, "weight"), call.optionalConstant(2, "bias"), call)
    }
    if isFlat { shape.insert(1, at: 2) }
    let source = try windowed(call.value(), call)
    let window = try WindowOptions(call, kernel: Array(shape[2...]), over: source.extents, isFlat: isFlat)
    let (node, padding) = padBelow(source, window.padding, neutral: 0)
    var convolution = Convolution(
      outChannels: shape[0], kernel: window.kernel, stride: window.stride, padding: padding, dilation: window.dilation,
      groups: try call.integer("group") ?? 1, weight: "")
    guard case .constant(let given) = try call.operand(1) else {
      return try mixedConvolution(convolution, node, call)
    }
    let weight = given.reshaped(shape)
    let label = label(of: weight)
    convolution.weight = store(weight, label, "weight")
    convolution.bias = try call.optionalConstant(2, "bias").map { store($0, label, "bias") }
    let result = try add(.convolution(convolution), [node], call, label: label)
    note(layer: label)
    try check(result, call)
    return isFlat ? result.reshaped([1, result.shape[1], result.shape[3]]) : result
  }

  /// A tensor as the map that windows go over: one row where it has three dimensions.
  func windowed(_ value: Value, _ call: Call) throws(ONNXProblem) -> Value {
    guard value.shape.count == 3 else { return try wholeMap(value, call) }
    return try exactMap(value.reshaped([value.shape[0], value.shape[1], 1, value.shape[2]]), call)
  }

  fileprivate func transposedConvolution(_ call: Call) throws(ONNXProblem) -> Value {
    let weight = try call.constant(1, "weight")
    guard weight.shape.count == 4 else { throw call.problem("has a weight of shape \(weight.shape)") }
    let source = try wholeMap(call.value(), call)
    let window = try TransposedWindow(call, kernel: Array(weight.shape[2...]), over: source.extents)
    let groups = try call.integer("group") ?? 1
    let (outputs, overflow) = weight.shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw call.problem("has \(groups) groups") }
    let label = label(of: weight)
    let convolution = TransposedConvolution(
      outChannels: outputs, kernel: window.options.kernel, stride: window.options.stride, padding: window.padding,
      outputPadding: window.outputPadding, dilation: window.options.dilation, groups: groups,
      weight: store(weight, label, "weight"),
      bias: try call.optionalConstant(2, "bias").map { store($0, label, "bias") })
    let result = try add(.transposedConvolution(convolution), [source.node], call, label: label)
    note(layer: label)
    try check(result, call)
    guard let crop = window.crop else { return result }
    return result.placed(
      result.index.sliced(2, start: crop.top, step: 1, count: result.shape[2] - crop.top - crop.bottom)
        .sliced(3, start: crop.left, step: 1, count: result.shape[3] - crop.left - crop.right))
  }

  /// Holds the weights of a new node against what it needs.
  func check(_ result: Value, _ call: Call) throws(ONNXProblem) {
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
      call, kernel: [1, weight.shape[2]], over: FeatureShape(height: 1, width: size, channels: 1), isFlat: true)
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
}
