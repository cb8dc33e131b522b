public import KernelInterface
import Tensors

extension KernelTable {
  /// Every kernel as its definition reads, one element at a time, checked, accumulating in double precision.
  ///
  /// The reference that tests hold the other tables against; about a hundred times slower than them.
  public static let scalar = KernelTable(
    instructionSet: .portable,
    pointwise: ScalarKernels.pointwise,
    convolution: ScalarKernels.convolution,
    depthwise: ScalarKernels.depthwise,
    activation: ScalarKernels.activation,
    add: ScalarKernels.add,
    channelMeans: ScalarKernels.channelMeans,
    pool: ScalarKernels.pool,
    linear: ScalarKernels.linear,
    gate: ScalarKernels.gate,
    attention: ScalarKernels.attention,
    binPairs: ScalarKernels.binPairs,
    addCoefficients: ScalarKernels.addCoefficients,
    addDifferences: ScalarKernels.addDifferences,
    peak: ScalarKernels.peak,
    images: ScalarKernels.images)
}

/// The kernels of ``KernelTable/scalar``. Entries of ``KernelTable`` say what each computes.
enum ScalarKernels {
  static let lanes = FeatureShape.simdWidth

  static func pointwise(_ call: PointwiseCall) {
    let inStride = FeatureShape.padded(call.inChannels)
    let outStride = FeatureShape.padded(call.outChannels)
    for position in 0..<call.positions {
      for out in 0..<outStride {
        var sum = Double(call.bias[out])
        for channel in 0..<call.inChannels {
          let weight = call.weights[(out / lanes * call.inChannels + channel) * lanes + out % lanes]
          sum += Double(call.input[position * inStride + channel]) * Double(weight)
        }
        call.output[position * outStride + out] = Float(sum)
      }
    }
  }

  static func convolution(_ call: SpatialCall) {
    let depth = call.inputShape.channels
    forEachOutput(call) { out, tap, base in
      (0..<depth).reduce(0) { sum, channel in
        let block = (out / lanes * call.kernel.height * call.kernel.width + tap) * depth + channel
        return sum + Double(call.input[base + channel]) * Double(call.weights[block * lanes + out % lanes])
      }
    }
  }

  static func depthwise(_ call: SpatialCall) {
    precondition(call.inputShape.channels == call.outputShape.channels, "a depthwise convolution keeps its channels")
    let stride = call.inputShape.channelStride
    forEachOutput(call) { out, tap, base in
      Double(call.input[base + out]) * Double(call.weights[tap * stride + out])
    }
  }

  /// Sets each output to its bias plus the sum of `contribution(output channel, tap, input position's offset)`
  /// over the taps that lie inside the input.
  private static func forEachOutput(_ call: SpatialCall, contribution: (Int, Int, Int) -> Double) {
    let (input, output) = (call.inputShape, call.outputShape)
    for position in 0..<output.positions {
      let top = position / output.width * call.stride.height - call.origin.top
      let left = position % output.width * call.stride.width - call.origin.left
      for out in 0..<output.channelStride {
        var sum = Double(call.bias[out])
        for tap in 0..<call.kernel.height * call.kernel.width {
          let row = top + tap / call.kernel.width * call.dilation.height
          let column = left + tap % call.kernel.width * call.dilation.width
          guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
          sum += contribution(out, tap, (row * input.width + column) * call.inputStride)
        }
        call.output[position * output.channelStride + out] = Float(sum)
      }
    }
  }

  static func linear(_ call: LinearCall) {
    for out in 0..<FeatureShape.padded(call.outFeatures) {
      var sum = Double(call.bias[out])
      for feature in 0..<call.inFeatures {
        let weight = call.weights[(out / lanes * call.inFeatures + feature) * lanes + out % lanes]
        sum += Double(call.input[feature]) * Double(weight)
      }
      call.output[out] = Float(call.rectified && sum < 0 ? 0 : sum)
    }
  }
}
