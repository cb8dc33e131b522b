public import KernelInterface
import Tensors

extension KernelTable {
  /// Every kernel as its definition reads, one element at a time, checked, accumulating in double precision.
  ///
  /// The reference that tests hold the other tables against; about a hundred times slower than them.
  public static let scalar = KernelTable(
    instructionSet: .portable,
    tileShape: { _, _ in TileShape(pixels: 1, channels: 1) },
    pointwise: ScalarKernels.pointwise,
    convolution: ScalarKernels.convolution,
    winograd: ScalarKernels.winograd,
    depthwise: ScalarKernels.depthwise,
    elementwise: ScalarKernels.elementwise,
    channelMeans: ScalarKernels.channelMeans,
    rowSums: ScalarKernels.rowSums,
    windowSums: ScalarKernels.windowSums,
    pool: ScalarKernels.pool,
    linear: ScalarKernels.linear,
    gate: ScalarKernels.gate,
    combine: ScalarKernels.combine,
    copyChannels: ScalarKernels.copyChannels,
    rearrange: ScalarKernels.rearrange,
    upsample: ScalarKernels.upsample,
    attention: ScalarKernels.attention,
    layerNormalization: ScalarKernels.layerNormalization,
    channelSquares: ScalarKernels.channelSquares,
    softmax: ScalarKernels.softmax,
    binPairs: ScalarKernels.binPairs,
    countChannels: ScalarKernels.countChannels,
    addCoefficients: ScalarKernels.addCoefficients,
    addToHistogram: ScalarKernels.addToHistogram,
    peak: ScalarKernels.peak,
    images: ScalarKernels.images)
}

/// The kernels of ``KernelTable/scalar``. Entries of ``KernelTable`` say what each computes.
enum ScalarKernels {
  static let lanes = FeatureShape.simdWidth

  static func pointwise(_ call: PointwiseCall) {
    let inStride = FeatureShape.padded(call.inChannels)
    let outStride = FeatureShape.padded(call.outChannels)
    let epilogue = ScalarEpilogue(call.epilogue, output: call.output, channelStride: outStride)
    for position in 0..<call.positions {
      for out in 0..<outStride {
        var sum = Double(call.bias[out])
        for channel in 0..<call.inChannels {
          let weight = call.weights[(out / lanes * call.inChannels + channel) * lanes + out % lanes]
          sum += Double(call.input[position * inStride + channel]) * Double(weight)
        }
        epilogue.store(sum, position: position, channel: out)
      }
    }
  }

  static func convolution(_ call: SpatialCall) {
    let (kernel, windows) = (call.geometry.kernel, call.geometry.channelWindows)
    forEachOutput(call) { out, tap, base in
      let start = base + windows.start(block: out / lanes)
      return (0..<windows.depth).reduce(0) { sum, channel in
        let block = (out / lanes * kernel.height * kernel.width + tap) * windows.depth + channel
        return sum + Double(call.input[start + channel]) * Double(call.weights[block * lanes + out % lanes])
      }
    }
  }

  static func depthwise(_ call: SpatialCall) {
    let (input, output) = (call.geometry.inputShape, call.geometry.outputShape)
    precondition(input.channels == output.channels, "a depthwise convolution keeps its channels")
    forEachOutput(call) { out, tap, base in
      Double(call.input[base + out]) * Double(call.weights[tap * input.channelStride + out])
    }
  }

  /// Computes each output as its bias plus the sum of `contribution(output channel, tap, input position's offset)`
  /// over the taps that lie inside the input.
  private static func forEachOutput(_ call: SpatialCall, contribution: (Int, Int, Int) -> Double) {
    let geometry = call.geometry
    let (width, stride) = (geometry.outputShape.width, geometry.outputShape.channelStride)
    let epilogue = ScalarEpilogue(call.epilogue, output: call.output, channelStride: stride)
    for position in call.rows.lowerBound * width..<call.rows.upperBound * width {
      for out in 0..<stride {
        var sum = Double(call.bias[out])
        forEachTap(geometry, row: position / width, column: position % width) { tap, base in
          sum += contribution(out, tap, base)
        }
        epilogue.store(sum, position: position - call.rows.lowerBound * width, channel: out)
      }
    }
  }

  /// Calls `body` with each tap of one output that lies inside the input, and the offset of the position that it meets.
  static func forEachTap(_ geometry: WindowGeometry, row: Int, column: Int, _ body: (Int, Int) -> Void) {
    let input = geometry.inputShape
    for tap in 0..<geometry.kernel.height * geometry.kernel.width {
      let (kernelRow, kernelColumn) = tap.quotientAndRemainder(dividingBy: geometry.kernel.width)
      let y = row * geometry.stride.height - geometry.origin.top + kernelRow * geometry.dilation.height
      let x = column * geometry.stride.width - geometry.origin.left + kernelColumn * geometry.dilation.width
      guard (0..<input.height).contains(y), (0..<input.width).contains(x) else { continue }
      body(tap, (y * input.width + x) * geometry.inputStride)
    }
  }

  static func linear(_ call: LinearCall) {
    for image in 0..<call.batch {
      for out in 0..<FeatureShape.padded(call.outFeatures) {
        var sum = Double(call.bias[out])
        for feature in 0..<call.inFeatures {
          let weight = call.weights[(out / lanes * call.inFeatures + feature) * lanes + out % lanes]
          sum += Double(call.input[image * call.inputStride + feature]) * Double(weight)
        }
        call.output[image * call.outputStride + out] = Float(call.rectified && sum < 0 ? 0 : sum)
      }
    }
  }
}
