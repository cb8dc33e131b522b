import KernelInterface
import Networks
import Tensors

extension GlobalAveragePool: RunnableOperator {
  func requestSums(for node: Node, _ fusions: inout Fusions) { _ = fusions.request(node.inputs[0], period: nil) }

  func lower(_ node: Node, in lowering: inout Lowering) {
    let input = lowering.value(node.inputs[0])
    lowering.append(
      PoolStep(
        node: node.name, input: input, inputShape: lowering.shape(node.inputs[0]),
        sums: lowering.keptSums(of: node.inputs[0]), output: lowering.newValue(node.name)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap { ReferenceExecutor.means(inputs[0]) }
}

/// A global average pool.
final class PoolStep: MapStep {
  let node: String
  let input: Value
  let inputShape: FeatureShape
  /// The input's sums, if its producer kept them.
  let sums: KeptSums?
  let output: Value

  init(node: String, input: Value, inputShape: FeatureShape, sums: KeptSums?, output: Value) {
    self.node = node
    self.input = input
    self.inputShape = inputShape
    self.sums = sums
    self.output = output
  }

  var title: String { "global average pool" }
  var inputs: [Value] { [input] + (sums.map { [$0.value] } ?? []) }
  var outputShape: FeatureShape { FeatureShape(height: 1, width: 1, channels: inputShape.channels) }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots { run(in: executor, slot) }
  }

  private func run(in executor: Executor, _ slot: Int) {
    let output = executor.map(output, slot)
    guard let sums else {
      executor.plan.kernels.channelMeans(executor.map(input, slot), inputShape, output)
      return
    }
    // The means of a row's sums, as if they were a map's positions, times the positions of a row and class.
    let rows = FeatureShape(height: inputShape.height * sums.period, width: 1, channels: inputShape.channels)
    executor.plan.kernels.channelMeans(executor.map(sums.value, slot), rows, output)
    let scale = Float(rows.positions) / Float(inputShape.positions)
    for index in 0..<output.count { output[index] *= scale }
  }
}
