import Networks
import PlainText
import Tensors

/// Maps at another size.
extension Converters {
  static let sampling: [String: Conversion] = [
    "Resize": { converter, call throws(ONNXProblem) in
      let first = call.opset < 11 ? 1 : 2
      return [.value(try converter.resize(call, Resizing(call, scales: first, sizes: 3)))]
    },
    "Upsample": { converter, call throws(ONNXProblem) in
      [.value(try converter.resize(call, Resizing(call, scales: 1, sizes: 99)))]
    },
  ]
}

extension Converter {
  /// Rows and columns sampled, by the node that does it where there is one.
  fileprivate func resize(_ call: Call, _ resizing: Resizing) throws(ONNXProblem) -> Value {
    let value = try call.value()
    let changed = value.shape.indices.filter { resizing.axes[$0].changes }
    if changed.isEmpty { return value }
    guard changed.allSatisfy({ $0 >= value.shape.count - 2 && value.shape.count == 4 }) else {
      throw call.problem("resizes \(value.shape) to \(resizing.axes.map(\.outputs)); rows and columns are covered")
    }
    let (rows, columns) = (resizing.axes[2], resizing.axes[3])
    if resizing.mode == .nearest {
      if let factor = resizing.repeats {
        let source = try wholeMap(value, call)
        return try add(.upsample(Upsampling(factor: factor, interpolation: .nearest)), [source.node], call)
      }
      let places = [rows, columns].map { axis in
        NDArray(shape: [axis.outputs], (0..<axis.outputs).map { axis.nearest($0, resizing.rounding) })
      }
      return try exactMap(value.placed(value.index.gathered(2, places[0]).gathered(3, places[1])), call)
    }
    let source = try wholeMap(value, call)
    if resizing.mode == .linear, let sampled = resizing.upsampling {
      return try add(.upsample(sampled), [source.node], call)
    }
    var result = source
    for (dimension, axis) in [(2, rows), (3, columns)] where axis.changes {
      let shares = try resizing.shares(axis, call)
      result = try mixed(result, along: dimension, NDArray(shape: [axis.outputs, axis.inputs], shares), call)
    }
    return try wholeMap(result, call)
  }

  /// Elements along one dimension as sums of others: the dimension becomes channels, and a matrix mixes those.
  private func mixed(
    _ value: Value, along dimension: Int, _ matrix: NDArray<Double>, _ call: Call
  ) throws(ONNXProblem) -> Value {
    var order = Array(value.shape.indices)
    order.swapAt(dimension, order.count - 1)
    let turned = value.placed(value.index.transposed(order))
    let weight = Constant(matrix, isFloat: true)
    let result = try linear(turned, Converters.Layer(weight: weight, matrix: nil, bias: nil), call)
    return result.placed(result.index.transposed(order))
  }
}
