import KernelInterface
import Networks
import Tensors

/// A normalisation by statistics over all positions. They give one line for each channel, `y = slope x + intercept`,
/// which an elementwise pass applies.
///
/// Means and mean squares around them are sums of each channel by itself, in two passes over the map; what joins
/// channels and what follows from the sums is computed in double precision.
final class MapNormalizationStep: MapStep {
  let node: String
  let options: Normalization
  let factors: NormalizationFactors
  let input: Value
  let output: Value
  let outputShape: FeatureShape

  init(
    node: String, options: Normalization, factors: NormalizationFactors, input: Value, output: Value,
    outputShape: FeatureShape
  ) {
    self.node = node
    self.options = options
    self.factors = factors
    self.input = input
    self.output = output
    self.outputShape = outputShape
  }

  var title: String {
    switch options.kind {
    case .group(let groups): "group normalization, \(groups) of \(outputShape.channels / groups)"
    case .response: "response normalization"
    case .layer: preconditionFailure("a layer normalisation has a step of its own")
    }
  }

  var inputs: [Value] { [input] }
  var inPlaceInput: Value? { input }
  var packedWeights: [TensorSlice] { factors.packed }
  var ownMultiplyAdds: Int { outputShape.count }
  /// Centres, mean squares, slopes and intercepts.
  var scratchFloats: Int { 4 * outputShape.channelStride }

  func run(in executor: Executor, slots: Range<Int>, observer: (any ActivationObserver)?) {
    let (kernels, stride) = (executor.plan.kernels, outputShape.channelStride)
    let scratch = executor.scratch(executor.plan.scratch.own)
    let lanes = ChannelLines(
      centres: scratch[0..<stride], squares: scratch[stride..<2 * stride], slopes: scratch[2 * stride..<3 * stride],
      intercepts: scratch[3 * stride..<4 * stride])
    // Padding lanes have the line 0.
    lanes.slopes.fill(0)
    lanes.intercepts.fill(0)
    for slot in slots {
      let x = executor.map(input, slot)
      switch options.kind {
      case .group(let groups):
        kernels.channelMeans(x, outputShape, lanes.centres)
        lanes.joinCentres(groups: groups, channels: outputShape.channels)
      case .response, .layer: lanes.centres.fill(0)
      }
      kernels.channelSquares(
        ChannelSquaresCall(input: x, shape: outputShape, centres: lanes.centres, output: lanes.squares))
      lanes.setLines(options, factors, outputShape)
      var epilogue = Epilogue()
      epilogue.function = .lines(
        PiecewiseLines(functions: 1, slopes: lanes.slopes, intercepts: lanes.intercepts))
      kernels.elementwise(
        ElementwiseCall(
          input: x, output: executor.map(output, slot), positions: outputShape.positions, channelStride: stride,
          epilogue: epilogue))
    }
  }
}

/// What one image's statistics make of a normalisation, `[channelStride]` each.
private struct ChannelLines {
  let centres: TensorSlice
  /// Mean squared distances from the centres.
  let squares: TensorSlice
  let slopes: TensorSlice
  let intercepts: TensorSlice

  /// Makes each channel's mean that of its group.
  func joinCentres(groups: Int, channels: Int) {
    let size = channels / groups
    for first in stride(from: 0, to: channels, by: size) {
      let mean = (first..<first + size).reduce(0) { $0 + Double(centres[$1]) } / Double(size)
      for channel in first..<first + size { centres[channel] = Float(mean) }
    }
  }

  func setLines(_ options: Normalization, _ factors: NormalizationFactors, _ shape: FeatureShape) {
    let epsilon = Double(options.epsilon)
    switch options.kind {
    case .group(let groups):
      let size = shape.channels / groups
      for first in stride(from: 0, to: shape.channels, by: size) {
        let variance = (first..<first + size).reduce(0) { $0 + Double(squares[$1]) } / Double(size)
        let scale = 1 / (variance + epsilon).squareRoot()
        for channel in first..<first + size {
          let slope = scale * Double(factors.weight[channel])
          slopes[channel] = Float(slope)
          intercepts[channel] = Float(Double(factors.bias[channel]) - Double(centres[channel]) * slope)
        }
      }
    case .response(let addsInput):
      let positions = Double(shape.positions)
      func norm(_ channel: Int) -> Double { (Double(squares[channel]) * positions).squareRoot() }
      let mean = (0..<shape.channels).reduce(0) { $0 + norm($1) } / Double(shape.channels) + epsilon
      for channel in 0..<shape.channels {
        slopes[channel] = Float(norm(channel) / mean * Double(factors.weight[channel]) + (addsInput ? 1 : 0))
        intercepts[channel] = factors.bias[channel]
      }
    case .layer: preconditionFailure("a layer normalisation has a step of its own")
    }
  }
}
