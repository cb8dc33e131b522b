import CVector
import KernelInterface
import Tensors

func channelSquares(_ call: ChannelSquaresCall) {
  let (positions, stride) = (call.shape.positions, call.shape.channelStride)
  let (input, centres, output) = (Floats(call.input.pointer), Floats(call.centres.pointer), call.output.pointer)
  for channel in Swift.stride(from: 0, to: stride, by: lanes) { storeVector(Vector(), output + channel) }
  // Sums of chunks are added up, which keeps the rounding of long sums small.
  for start in Swift.stride(from: 0, to: positions, by: squaresChunk) {
    let count = min(squaresChunk, positions - start)
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let sum = squareSum(
        input + start * stride + channel, around: load(centres + channel), count: count, stride: stride)
      storeVector(load(Floats(output) + channel) + sum, output + channel)
    }
  }
  let divisor = all(Float(positions))
  for channel in Swift.stride(from: 0, to: stride, by: lanes) {
    storeVector(load(Floats(output) + channel) / divisor, output + channel)
  }
}

private let squaresChunk = 128

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
