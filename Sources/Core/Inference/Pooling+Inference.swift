import KernelInterface
import Networks
import Tensors

extension Pooling: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let (input, output) = (lowering.shape(node.inputs[0]), lowering.shape(node.name))
    let rows = PoolAxis(
      extent: input.height, outputs: output.height, kernel: kernel.height, stride: stride.height, origin: padding.top,
      dilation: dilation.height)
    let columns = PoolAxis(
      extent: input.width, outputs: output.width, kernel: kernel.width, stride: stride.width, origin: padding.left,
      dilation: dilation.width)
    let window = windowText((kernel.height, kernel.width), (stride.height, stride.width))
    lowering.append(
      WindowPoolStep(
        node, title: "\(kind.name) pool \(window)", kind: kind.call, rows: rows, columns: columns, in: &lowering))
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
  /// What the kernel calls it.
  fileprivate var call: PoolCall.Kind {
    switch self {
    case .maximum: .maximum
    case .average(let countsPadding): .average(countsPadding: countsPadding)
    }
  }

  /// Its word in a step's title.
  fileprivate var name: String {
    switch self {
    case .maximum: "max"
    case .average: "average"
    }
  }

  /// The pooled value of a window of `taps` taps, of which some lie on `values`.
  fileprivate func value(of values: [Double], taps: Int) -> Double {
    switch self {
    case .maximum: values.reduce(-.infinity) { $0.isNaN || $1 <= $0 ? $0 : $1 }
    case .average(let countsPadding): values.reduce(0, +) / Double(countsPadding ? taps : values.count)
    }
  }
}

extension PartPooling: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    lowering.append(
      WindowPoolStep(
        node, title: "\(windowKind.name) pool to \(rows.count)x\(columns.count)", kind: windowKind.call,
        rows: PoolAxis(rows), columns: PoolAxis(columns), in: &lowering))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let (input, channels) = (inputs[0], run.shape.channels)
    var output = ReferenceMap(zeros: run.shape)
    for (row, inputRows) in rows.enumerated() {
      for (column, inputColumns) in columns.enumerated() {
        for channel in 0..<channels {
          let values = inputRows.flatMap { y in
            inputColumns.map { x in input.values[(y * input.shape.width + x) * channels + channel] }
          }
          output.values[(row * run.shape.width + column) * channels + channel] = windowKind.value(
            of: values, taps: values.count)
        }
      }
    }
    return output
  }

  /// The same of windows, which lie within the map here.
  private var windowKind: Pooling.Kind {
    switch kind {
    case .maximum: .maximum
    case .average: .average(countsPadding: false)
    }
  }
}

/// A pooling over windows.
final class WindowPoolStep: MapStep {
  let node: String
  let title: String
  let kind: PoolCall.Kind
  let rows: PoolAxis
  let columns: PoolAxis
  let input: Value
  let inputShape: FeatureShape
  let output: Value
  let outputShape: FeatureShape

  init(
    _ node: Node, title: String, kind: PoolCall.Kind, rows: PoolAxis, columns: PoolAxis, in lowering: inout Lowering
  ) {
    self.node = node.name
    self.title = title
    self.kind = kind
    self.rows = rows
    self.columns = columns
    input = lowering.value(node.inputs[0])
    inputShape = lowering.shape(node.inputs[0])
    output = lowering.newValue(node.name)
    outputShape = lowering.shape(node.name)
  }

  var inputs: [Value] { [input] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.pool(
        PoolCall(
          kind: kind, input: executor.map(input, slot), output: executor.map(output, slot), inputShape: inputShape,
          rows: rows, columns: columns))
    }
  }
}
