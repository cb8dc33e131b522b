import Networks
import Tensors

extension ReferenceExecutor {
  /// A pooling over windows, position by position.
  func pool(_ options: Pooling, node: String, _ input: ReferenceMap) -> ReferenceMap {
    guard let shape = shapes.shapes[node] else { preconditionFailure("a shape for each node") }
    var output = ReferenceMap(zeros: shape)
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        for channel in 0..<shape.channels {
          let values = Self.values(options, input, row: row, column: column, channel: channel)
          output.values[(row * shape.width + column) * shape.channels + channel] = options.kind.value(
            of: values, taps: options.kernel.height * options.kernel.width)
        }
      }
    }
    return output
  }

  /// What lies under the window of one output.
  private static func values(
    _ options: Pooling, _ input: ReferenceMap, row: Int, column: Int, channel: Int
  ) -> [Double] {
    let top = row * options.stride.height - options.padding.top
    let left = column * options.stride.width - options.padding.left
    var values: [Double] = []
    for y in 0..<options.kernel.height {
      for x in 0..<options.kernel.width {
        let (inputRow, inputColumn) = (top + y * options.dilation.height, left + x * options.dilation.width)
        guard 0..<input.shape.height ~= inputRow, 0..<input.shape.width ~= inputColumn else { continue }
        values.append(input.values[(inputRow * input.shape.width + inputColumn) * input.shape.channels + channel])
      }
    }
    return values
  }
}

extension Pooling.Kind {
  /// The pooled value of a window of `taps` taps, of which some lie on `values`.
  fileprivate func value(of values: [Double], taps: Int) -> Double {
    switch self {
    case .maximum: values.reduce(-.infinity) { $0.isNaN || $1 <= $0 ? $0 : $1 }
    case .average(let countsPadding): values.reduce(0, +) / Double(countsPadding ? taps : values.count)
    }
  }
}
