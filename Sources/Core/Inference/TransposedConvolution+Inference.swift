import KernelInterface
import Networks
import Tensors

/// A transposed convolution runs as a convolution that gives each input position all outputs that begin at it, as
/// channels, and a rearrangement of these into rows and columns.
extension TransposedConvolution: RunnableOperator {
  func lower(_ node: Node, in lowering: inout Lowering) throws(GraphError) {
    let (inputShape, outputShape) = (lowering.shape(node.inputs[0]), lowering.shape(node.name))
    let rows = TransposedAxis(
      kernel: kernel.height, stride: stride.height, padding: padding.height, dilation: dilation.height,
      outputs: outputShape.height)
    let columns = TransposedAxis(
      kernel: kernel.width, stride: stride.width, padding: padding.width, dilation: dilation.width,
      outputs: outputShape.width)
    let phases = stride.height * stride.width
    let shape = try FeatureShape.checked(
      height: rows.positions, width: columns.positions, channels: outChannels * phases, node: node.name)
    let options = Convolution(
      outChannels: shape.channels, kernel: Extent2D(height: rows.taps, width: columns.taps), groups: groups,
      weight: weight)
    let kernel = try phaseWeights(rows, columns, channels: inputShape.channels, node, lowering.weights)
    let bias = try lowering.weights.vector(bias, count: outChannels, node: node.name)
    let input = lowering.value(node.inputs[0])
    let geometry = WindowGeometry(
      inputShape: inputShape, inputStride: input == .image ? inputShape.channels : nil, outputShape: shape,
      kernel: (rows.taps, columns.taps), stride: (1, 1), origin: (rows.origin, columns.origin), dilation: (1, 1),
      groups: groups)
    let isWhole = phases == 1
    let sums = isWhole ? lowering.newValue(node.name) : lowering.newValue(count: shape.storedCount)
    lowering.append(
      ConvolutionStep(
        nodes: [node.name], form: .dense, geometry: geometry, input: input, output: sums,
        weights: try lowering.packing.dense(kernel, options: options, inChannels: inputShape.channels, node),
        bias: try lowering.packing.vector(bias.flatMap { Array(repeating: $0, count: phases) }, node),
        fusion: ConvolutionFusion(), multiplyAdds: multiplyAdds(input: inputShape, output: outputShape)))
    guard !isWhole else { return }
    let order = Rearrangement(
      rows: (0..<outputShape.height).map { row in
        let (position, phase) = row.quotientAndRemainder(dividingBy: stride.height)
        return .init(row: position, channel: phase * stride.width)
      },
      columns: (0..<outputShape.width).map { column in
        let (position, phase) = column.quotientAndRemainder(dividingBy: stride.width)
        return .init(column: position, channel: phase)
      },
      channels: (0..<outChannels).map { .init(channel: $0 * phases) })
    lowering.append(
      RearrangeStep(
        node: node.name, options: order, input: sums, inputShape: shape, output: lowering.newValue(node.name),
        outputShape: outputShape))
  }

  /// The convolution's weights, `[outChannels][phases][channels / groups][taps]`.
  private func phaseWeights(
    _ rows: TransposedAxis, _ columns: TransposedAxis, channels: Int, _ node: Node, _ weights: Weights
  ) throws(GraphError) -> [Float] {
    let (depth, width) = (channels / groups, outChannels / groups)
    let shape = [channels, width, kernel.height, kernel.width]
    let own = try weights.tensor(weight, shape: shape, node: node.name).values
    let taps = rows.taps * columns.taps
    var result = [Float](repeating: 0, count: outChannels * stride.height * stride.width * depth * taps)
    for (phaseY, y, tapY) in rows.pairs {
      for (phaseX, x, tapX) in columns.pairs {
        for channel in 0..<outChannels {
          let row = (channel * stride.height + phaseY) * stride.width + phaseX
          for index in 0..<depth {
            let from = channel / width * depth + index
            result[(row * depth + index) * taps + tapY * columns.taps + tapX] =
              own[((from * width + channel % width) * kernel.height + y) * kernel.width + x]
          }
        }
      }
    }
    return result
  }

  func reference(_ inputs: [ReferenceMap], _ run: ReferenceRun) -> ReferenceMap {
    let (input, shape) = (inputs[0], run.shape)
    var output = ReferenceMap(zeros: shape)
    let (weight, bias) = (run.executor.weights[weight], run.executor.weights[bias, count: outChannels])
    for index in output.values.indices { output.values[index] = bias[index % outChannels] }
    let (depth, width) = (input.shape.channels / groups, outChannels / groups)
    for row in 0..<input.shape.height {
      for column in 0..<input.shape.width {
        for y in 0..<kernel.height {
          let outRow = row * stride.height - padding.height + y * dilation.height
          guard 0..<shape.height ~= outRow else { continue }
          for x in 0..<kernel.width {
            let outColumn = column * stride.width - padding.width + x * dilation.width
            guard 0..<shape.width ~= outColumn else { continue }
            for from in 0..<input.shape.channels {
              let value = input.values[(row * input.shape.width + column) * input.shape.channels + from]
              for channel in 0..<width {
                output.values[(outRow * shape.width + outColumn) * outChannels + from / depth * width + channel] +=
                  value * weight[((from * width + channel) * kernel.height + y) * kernel.width + x]
              }
            }
          }
        }
      }
    }
    return output
  }
}

/// One axis of a transposed convolution, written as a convolution with a phase for each output of a stride.
///
/// Output `stride * q + phase` takes kernel tap k from input `q + (phase + padding - k * dilation) / stride`, where
/// that is whole.
private struct TransposedAxis {
  /// Phase, kernel tap and the convolution's tap that belong together.
  let pairs: [(phase: Int, kernelTap: Int, tap: Int)]
  /// Taps of the convolution.
  let taps: Int
  /// Padding before the first input.
  let origin: Int
  /// Outputs of the convolution.
  let positions: Int

  init(kernel: Int, stride: Int, padding: Int, dilation: Int, outputs: Int) {
    var found: [(phase: Int, kernelTap: Int, shift: Int)] = []
    for phase in 0..<stride {
      for tap in 0..<kernel {
        let distance = phase + padding - tap * dilation
        if distance % stride == 0 { found.append((phase, tap, distance / stride)) }
      }
    }
    // The input at the output's own place is among the taps, so that there is one, and no padding is below 0.
    let first = min(0, found.map(\.shift).min() ?? 0)
    taps = max(0, found.map(\.shift).max() ?? 0) - first + 1
    pairs = found.map { ($0.phase, $0.kernelTap, $0.shift - first) }
    origin = -first
    positions = (outputs + stride - 1) / stride
  }
}
