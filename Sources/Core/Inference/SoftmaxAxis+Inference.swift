import KernelInterface
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SoftmaxAxis: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    let shape = lowering.shape(node.name)
    let axis: SoftmaxCall.Axis =
      switch self {
      case .positions: .positions
      case .channels: .channels(parts: parts(of: shape.channels))
      }
    lowering.append(
      SoftmaxStep(
        node: node.name, axis: axis, input: lowering.value(node.inputs[0]), output: lowering.newValue(node.name),
        outputShape: shape))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    var output = inputs[0]
    let (shape, channels) = (output.shape, output.shape.channels)
    func share(_ indices: [Int]) {
      let largest = indices.map { inputs[0].values[$0] }.max() ?? 0
      let total = indices.reduce(0) { $0 + exp(inputs[0].values[$1] - largest) }
      for index in indices { output.values[index] = exp(inputs[0].values[index] - largest) / total }
    }
    switch self {
    case .positions:
      for channel in 0..<channels { share((0..<shape.positions).map { $0 * channels + channel }) }
    case .channels:
      let size = channels / parts(of: channels)
      for position in 0..<shape.positions {
        for place in 0..<size {
          share(stride(from: place, to: channels, by: size).map { position * channels + $0 })
        }
      }
    }
    return output
  }
}

/// Shares of positions or channels.
final class SoftmaxStep: MapStep {
  let node: String
  let axis: SoftmaxCall.Axis
  let input: Value
  let output: Value
  let outputShape: FeatureShape

  init(node: String, axis: SoftmaxCall.Axis, input: Value, output: Value, outputShape: FeatureShape) {
    self.node = node
    self.axis = axis
    self.input = input
    self.output = output
    self.outputShape = outputShape
  }

  var title: String {
    switch axis {
    case .positions: "softmax over positions"
    case .channels(let parts) where parts == outputShape.channels: "softmax over channels"
    case .channels(let parts): "softmax over \(parts) parts of the channels"
    }
  }

  var inputs: [Value] { [input] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.softmax(
        SoftmaxCall(axis, input: executor.map(input, slot), shape: outputShape, output: executor.map(output, slot)))
    }
  }
}
