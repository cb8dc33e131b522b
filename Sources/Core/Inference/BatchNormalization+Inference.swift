import Networks
import Tensors

/// A batch normalisation that no convolution takes along.
extension BatchNormalization: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let operation = try lowering.normalization(self, node)
    lowering.append(lowering.elementwise(operation, node))
  }

  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { true }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let weights = run.executor.weights
    var output = inputs[0]
    let (weight, bias) = (weights[self.weight], weights[self.bias])
    let (mean, variance) = (weights[self.mean], weights[self.variance])
    for index in output.values.indices {
      let channel = index % output.shape.channels
      let deviation = (variance[channel] + Double(epsilon)).squareRoot()
      output.values[index] = (output.values[index] - mean[channel]) / deviation * weight[channel] + bias[channel]
    }
    return output
  }
}
