import CVector
import KernelInterface
import Tensors

func channelSquares(_ call: ChannelSquaresCall) {
  let (stride, centres) = (call.shape.channelStride, Floats(call.centres.pointer))
  meansOfChunks(Floats(call.input.pointer), call.shape, call.output.pointer) { chunk, channel, count in
    squareSum(chunk, around: load(centres + channel), count: count, stride: stride)
  }
}

/// Two sums at a time hide half of the multiply-adds' latency.
@inline(__always)
private func squareSum(_ input: Floats, around centre: Vector, count: Int, stride: Int) -> Vector {
  var (even, odd) = (Vector(), Vector())
  let pairs = count / 2 * 2
  for position in Swift.stride(from: 0, to: pairs, by: 2) {
    let distance = load(input + position * stride) - centre
    addProduct(&even, distance, distance)
    let next = load(input + (position + 1) * stride) - centre
    addProduct(&odd, next, next)
  }
  if pairs < count {
    let distance = load(input + pairs * stride) - centre
    addProduct(&even, distance, distance)
  }
  return even + odd
}
