import KernelInterface
import Networks
import Tensors

extension ImageInput: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) {
    lowering.setValue(.image, of: node.name)
    if !lowering.fusions.readByDenseConvolutionsAlone(node.name) {
      let output = lowering.newValue(node.name)
      lowering.append(PaddingStep(node: node.name, output: output, outputShape: lowering.shape(node.name)))
    } else if let kept = lowering.keepSums(of: node.name, stride: shape.channels) {
      lowering.append(RowSumsStep(node: node.name, shape: lowering.shape(node.name), sums: kept))
    }
  }

  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { fusions.readByDenseConvolutionsAlone(node.name) }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    ReferenceMap(image: run.input, shape: shape)
  }
}

/// The image with padding lanes, for a network that begins with something other than a dense convolution.
final class PaddingStep: MapStep {
  let node: String
  let output: Value
  let outputShape: FeatureShape

  init(node: String, output: Value, outputShape: FeatureShape) {
    self.node = node
    self.output = output
    self.outputShape = outputShape
  }

  var title: String { "padding" }
  var inputs: [Value] { [.image] }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      let (image, padded) = (executor.map(.image, slot), executor.map(output, slot))
      let (channels, stride) = (outputShape.channels, outputShape.channelStride)
      for position in 0..<outputShape.positions {
        let lanes = padded[position * stride..<(position + 1) * stride]
        lanes[0..<channels].copy(from: image[position * channels..<(position + 1) * channels])
        lanes[channels..<stride].fill(0)
      }
    }
  }
}

/// The image's sums by row, from which the mean of the first convolution's output follows.
final class RowSumsStep: Step {
  let node: String
  let shape: FeatureShape
  let sums: KeptSums

  init(node: String, shape: FeatureShape, sums: KeptSums) {
    self.node = node
    self.shape = shape
    self.sums = sums
  }

  var nodes: [String] { [node] }
  var title: String { "row sums" }
  var inputs: [Value] { [.image] }
  var map: Value? { nil }
  var kept: KeptSums? { sums }
  var outputShape: FeatureShape {
    FeatureShape(height: shape.height, width: sums.period, channels: shape.channels)
  }
  var positions: Int { shape.positions }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    for slot in slots {
      executor.plan.kernels.rowSums(
        RowSumsCall(
          input: executor.map(.image, slot), shape: shape, inputStride: shape.channels, period: sums.period,
          output: executor.map(sums.value, slot)))
    }
  }
}
