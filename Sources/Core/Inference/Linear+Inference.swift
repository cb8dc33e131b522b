import KernelInterface
import Networks
import Tensors

extension Linear: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let inFeatures = lowering.shape(node.inputs[0]).channels
    let matrix = try lowering.weights.tensor(weight, shape: [outFeatures, inFeatures], node: node.name)
    let shift = try lowering.weights.vector(bias, count: outFeatures, node: node.name)
    let input = lowering.value(node.inputs[0])
    lowering.append(
      LinearStep(
        node: node.name, input: input, inFeatures: inFeatures, output: lowering.newValue(node.name),
        outFeatures: outFeatures,
        weights: try lowering.packing.matrix(matrix.values.array, columns: inFeatures, node),
        bias: try lowering.packing.vector(shift, node)))
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    run.executor.linear(weight: weight, bias: bias, inputs[0])
  }
}

/// A fully connected layer.
final class LinearStep: MapStep {
  let node: String
  let input: Value
  let inFeatures: Int
  let output: Value
  let outFeatures: Int
  let weights: TensorSlice
  let bias: TensorSlice
  let ownMultiplyAdds: Int

  init(
    node: String, input: Value, inFeatures: Int, output: Value, outFeatures: Int, weights: TensorSlice,
    bias: TensorSlice, multiplyAdds: Int? = nil
  ) {
    self.node = node
    self.input = input
    self.inFeatures = inFeatures
    self.output = output
    self.outFeatures = outFeatures
    self.weights = weights
    self.bias = bias
    ownMultiplyAdds = multiplyAdds ?? inFeatures * outFeatures
  }

  var title: String { "linear" }
  var inputs: [Value] { [input] }
  var outputShape: FeatureShape { FeatureShape(height: 1, width: 1, channels: outFeatures) }
  var packedWeights: [TensorSlice] { [weights, bias] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    executor.plan.kernels.linear(
      LinearCall(
        input: executor.wide(input, slots), inputStride: executor.stride(of: input),
        output: executor.wide(output, slots), outputStride: executor.stride(of: output), batch: slots.count,
        inFeatures: inFeatures, outFeatures: outFeatures, weights: weights, bias: bias, rectified: false))
  }
}
