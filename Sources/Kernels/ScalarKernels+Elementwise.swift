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
  static func activation(_ call: ActivationCall) {
    let stride = call.shape.channelStride
    for index in 0..<call.shape.storedCount {
      let (position, channel) = (index / stride, index % stride)
      let x = Double(call.x[index])
      var largest = -Double.infinity
      for function in 0..<call.functions {
        let coefficient = function * stride + channel
        let line = Double(call.slopes[coefficient]) * x + Double(call.intercepts[coefficient])
        if !(line <= largest) { largest = line }
      }
      let y = Float(largest * Double(call.attention?[position] ?? 1))
      call.y[index] = y > call.upperBound ? call.upperBound : y
    }
  }

  static func add(_ left: TensorSlice, _ right: TensorSlice, _ output: TensorSlice) {
    precondition(left.count == right.count && left.count == output.count, "operands of different sizes")
    for index in 0..<output.count { output[index] = left[index] + right[index] }
  }

  static func channelMeans(_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) {
    let stride = shape.channelStride
    for channel in 0..<stride {
      let sum = (0..<shape.positions).reduce(0.0) { $0 + Double(input[$1 * stride + channel]) }
      output[channel] = Float(sum / Double(shape.positions))
    }
  }

  static func gate(_ input: TensorSlice, _ base: Float, _ range: Float, _ output: TensorSlice) {
    precondition(output.count >= input.count, "the output is too small")
    // 2σ(x) - 1 = tanh(x / 2), which does not cancel near 0.
    for index in 0..<input.count {
      output[index] = Float(Double(base) + Double(range) * tanh(Double(input[index]) / 2))
    }
    for index in input.count..<output.count { output[index] = 0 }
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
