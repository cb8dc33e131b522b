import KernelInterface
import Networks
import Tensors

extension Convolution: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    lowering.append(try lowering.convolution(self, node))
  }

  func keepsSums(of node: Node, _ fusions: Fusions) -> Bool { true }

  /// Which kernel runs the convolution. Groups that are neither one nor one for each channel run as a dense
  /// convolution, of which each block of output channels reads the channels of its own groups.
  func form(inChannels: Int) -> ConvolutionStep.Form {
    if groups > 1, groups == inChannels, outChannels == inChannels { return .depthwise }
    let isPlain = kernel == Extent2D(1) && stride == Extent2D(1) && padding == Padding(0) && groups == 1
    return isPlain ? .pointwise : .dense
  }

  /// Where the kernel's taps lie.
  func geometry(input: FeatureShape, isImage: Bool, output: FeatureShape, groups: Int) -> WindowGeometry {
    WindowGeometry(
      inputShape: input, inputStride: isImage ? input.channels : nil, outputShape: output,
      kernel: (kernel.height, kernel.width), stride: (stride.height, stride.width),
      origin: (padding.top, padding.left), dilation: (dilation.height, dilation.width), groups: groups)
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let weights = run.executor.weights
    return reference(
      inputs[0], shape: run.shape, weight: weights[weight], bias: weights[bias, count: run.shape.channels])
  }

  /// The convolution with weights that stand elsewhere.
  func reference(_ input: ReferenceMap, shape: FeatureShape, weight: [Double], bias: [Double]) -> ReferenceMap {
    var output = ReferenceMap(zeros: shape)
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        for channel in 0..<shape.channels {
          let sum = sum(weight, input, row: row, column: column, channel: channel)
          output.values[(row * shape.width + column) * shape.channels + channel] = bias[channel] + sum
        }
      }
    }
    return output
  }

  /// One output of a convolution, without the bias.
  private func sum(
    _ weight: [Double], _ input: ReferenceMap, row: Int, column: Int, channel: Int
  ) -> Double {
    let depth = input.shape.channels / groups
    let first = channel / (outChannels / groups) * depth
    var sum = 0.0
    for y in 0..<kernel.height {
      let inputRow = row * stride.height - padding.top + y * dilation.height
      guard 0..<input.shape.height ~= inputRow else { continue }
      for x in 0..<kernel.width {
        let inputColumn = column * stride.width - padding.left + x * dilation.width
        guard 0..<input.shape.width ~= inputColumn else { continue }
        let position = (inputRow * input.shape.width + inputColumn) * input.shape.channels + first
        for index in 0..<depth {
          sum +=
            weight[((channel * depth + index) * kernel.height + y) * kernel.width + x]
            * input.values[position + index]
        }
      }
    }
    return sum
  }
}

extension WindowGeometry {
  /// Whether F(2x2, 3x3) takes less time than the convolution as it is written: enough channels on either side to be
  /// worth the transforms, and few outputs in tiles that reach over the map's edge (measured: docs/speed.md).
  var isFasterByWinograd: Bool {
    guard WinogradTiling.takes(self), min(inputShape.channels, outputShape.channels) >= 32 else { return false }
    let (height, width) = (outputShape.height, outputShape.width)
    let tiles = (height + 1) / 2 * ((width + 1) / 2)
    return 3 * tiles <= height * width
  }
}
