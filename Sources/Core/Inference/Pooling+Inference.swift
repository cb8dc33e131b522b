import KernelInterface
import Networks
import Tensors

extension Pooling: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let input = lowering.value(node.inputs[0])
    lowering.append(
      WindowPoolStep(
        node: node.name, options: self, input: input, inputShape: lowering.shape(node.inputs[0]),
        output: lowering.newValue(node.name), outputShape: lowering.shape(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var output = ReferenceMap(zeros: run.shape)
    let shape = run.shape
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        for channel in 0..<shape.channels {
          output.values[(row * shape.width + column) * shape.channels + channel] = kind.value(
            of: values(inputs[0], row: row, column: column, channel: channel), taps: kernel.height * kernel.width)
        }
      }
    }
    return output
  }

  /// What lies under the window of one output.
  private func values(_ input: ReferenceMap, row: Int, column: Int, channel: Int) -> [Double] {
    let top = row * stride.height - padding.top
    let left = column * stride.width - padding.left
    var values: [Double] = []
    for y in 0..<kernel.height {
      for x in 0..<kernel.width {
        let (inputRow, inputColumn) = (top + y * dilation.height, left + x * dilation.width)
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

/// A pooling over windows.
final class WindowPoolStep: MapStep {
  let node: String
  let options: Pooling
  let input: Value
  let inputShape: FeatureShape
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, options: Pooling, input: Value, inputShape: FeatureShape, output: Value, outputShape: FeatureShape
  ) {
    self.node = node
    self.options = options
    self.input = input
    self.inputShape = inputShape
    self.output = output
    self.outputShape = outputShape
  }
}

extension WindowPoolStep {
  var inputs: [Value] { [input] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.pool(call(input: executor.map(input, slot), output: executor.map(output, slot)))
    }
  }

  /// The kernel's call on maps that stand somewhere.
  private func call(input: TensorSlice, output: TensorSlice) -> PoolCall {
    let kind: PoolCall.Kind =
      switch options.kind {
      case .maximum: .maximum
      case .average(let countsPadding): .average(countsPadding: countsPadding)
      }
    return PoolCall(
      kind: kind, input: input, output: output,
      geometry: WindowGeometry(
        inputShape: inputShape, outputShape: outputShape, kernel: (options.kernel.height, options.kernel.width),
        stride: (options.stride.height, options.stride.width), origin: (options.padding.top, options.padding.left),
        dilation: (options.dilation.height, options.dilation.width)))
  }

  var title: String {
    let name = options.kind == .maximum ? "max" : "average"
    return "\(name) pool "
      + windowText((options.kernel.height, options.kernel.width), (options.stride.height, options.stride.width))
  }
}
