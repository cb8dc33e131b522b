import KernelInterface
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ScalarKernels {
  static func elementwise(_ call: ElementwiseCall) {
    let epilogue = ScalarEpilogue(call.epilogue, output: call.output, channelStride: call.channelStride)
    for position in 0..<call.positions {
      for channel in 0..<call.channelStride {
        let x = Double(call.input[position * call.channelStride + channel])
        epilogue.store(x, position: position, channel: channel)
      }
    }
  }

  static func rowSums(_ call: RowSumsCall) {
    for row in 0..<call.shape.height {
      for kind in 0..<call.period * call.inputStride {
        let (remainder, channel) = kind.quotientAndRemainder(dividingBy: call.inputStride)
        let columns = stride(from: remainder, to: call.shape.width, by: call.period)
        call.output[row * call.period * call.inputStride + kind] = Float(
          columns.reduce(0.0) {
            $0 + Double(call.input[(row * call.shape.width + $1) * call.inputStride + channel])
          })
      }
    }
  }

  /// Adds up what each tap meets; the sums by row are not needed.
  static func windowSums(_ call: WindowSumsCall) {
    let (geometry, stride) = (call.geometry, call.geometry.inputStride)
    var sums = [Double](repeating: 0, count: geometry.kernel.height * geometry.kernel.width * stride)
    for position in 0..<geometry.outputShape.positions {
      let (row, column) = position.quotientAndRemainder(dividingBy: geometry.outputShape.width)
      forEachTap(geometry, row: row, column: column) { tap, base in
        for channel in 0..<stride { sums[tap * stride + channel] += Double(call.input[base + channel]) }
      }
    }
    for (index, sum) in sums.enumerated() { call.output[index] = Float(Double(call.scale) * sum) }
  }

  static func channelMeans(_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) {
    let stride = shape.channelStride
    for channel in 0..<stride {
      let sum = (0..<shape.positions).reduce(0.0) { $0 + Double(input[$1 * stride + channel]) }
      output[channel] = Float(sum / Double(shape.positions))
    }
  }

  static func attention(_ call: AttentionCall) {
    let stride = call.shape.channelStride
    let scores = (0..<call.shape.positions).map { position in
      (0..<stride).reduce(Double(call.bias)) { sum, channel in
        sum + Double(call.weight[channel]) * Double(call.input[position * stride + channel])
      } / Double(call.temperature)
    }
    let largest = scores.max() ?? 0
    let exponentials = scores.map { exp($0 - largest) }
    let total = exponentials.reduce(0, +)
    for (position, exponential) in exponentials.enumerated() {
      call.output[position] = Float(min(Double(call.gamma) * exponential / total, 1))
    }
  }
}
