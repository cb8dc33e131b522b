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
  static func layerNormalization(_ call: LayerNormalizationCall) {
    let (channels, stride) = (call.shape.channels, call.shape.channelStride)
    for position in 0..<call.shape.positions {
      let values = (0..<channels).map { Double(call.input[position * stride + $0]) }
      let mean = call.isCentred ? values.reduce(0, +) / Double(channels) : 0
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
      let scale = 1 / (variance + Double(call.epsilon)).squareRoot()
      for (channel, value) in values.enumerated() {
        call.output[position * stride + channel] = Float(
          (value - mean) * scale * Double(call.weight[channel]) + Double(call.bias[channel]))
      }
      for lane in channels..<stride { call.output[position * stride + lane] = 0 }
    }
  }

  static func channelSquares(_ call: ChannelSquaresCall) {
    let stride = call.shape.channelStride
    for channel in 0..<stride {
      let sum = (0..<call.shape.positions).reduce(0.0) { sum, position in
        let distance = Double(call.input[position * stride + channel]) - Double(call.centres[channel])
        return sum + distance * distance
      }
      call.output[channel] = Float(sum / Double(call.shape.positions))
    }
  }

  static func softmax(_ call: SoftmaxCall) {
    call.output.fill(0)
    let (channels, stride) = (call.shape.channels, call.shape.channelStride)
    switch call.axis {
    case .positions:
      for channel in 0..<channels {
        share(call, (0..<call.shape.positions).map { $0 * stride + channel })
      }
    case .channels(let parts):
      let size = channels / parts
      for place in 0..<call.shape.positions * size {
        let (position, channel) = place.quotientAndRemainder(dividingBy: size)
        share(call, (0..<parts).map { position * stride + $0 * size + channel })
      }
    }
  }

  /// The shares of one set of elements.
  private static func share(_ call: SoftmaxCall, _ indices: [Int]) {
    let values = indices.map { Double(call.input[$0]) }
    let largest = values.contains(where: \.isNaN) ? .nan : values.max() ?? 0
    let powers = values.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    for (index, power) in zip(indices, powers) { call.output[index] = Float(power / total) }
  }
}
