import KernelInterface
import Tensors

func channelMeans(_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) {
  guard input.count >= shape.storedCount, output.count >= shape.channelStride else { fatalError("slices too small") }
  let stride = shape.channelStride
  for channel in Swift.stride(from: 0, to: stride, by: lanes) {
    storeVector(Vector(), output.pointer + channel)
  }
  // Sums of chunks are added up, which keeps the rounding of long sums small.
  for start in Swift.stride(from: 0, to: shape.positions, by: meanChunk) {
    let count = min(meanChunk, shape.positions - start)
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let sum = chunkSum(Floats(input.pointer) + start * stride + channel, count: count, stride: stride)
      storeVector(load(Floats(output.pointer) + channel) + sum, output.pointer + channel)
    }
  }
  let divisor = Vector(repeating: Float(shape.positions))
  for channel in Swift.stride(from: 0, to: stride, by: lanes) {
    storeVector(load(Floats(output.pointer) + channel) / divisor, output.pointer + channel)
  }
}

private let meanChunk = 128

/// Four sums at a time hide the latency of the additions.
@inline(__always)
private func chunkSum(_ input: Floats, count: Int, stride: Int) -> Vector {
  var sums = InlineArray<4, Vector>(repeating: Vector())
  let whole = count / 4 * 4
  for position in Swift.stride(from: 0, to: whole, by: 4) {
    for chain in 0..<4 { sums[chain] = sums[chain] + load(input + (position + chain) * stride) }
  }
  for position in whole..<count { sums[0] = sums[0] + load(input + position * stride) }
  return (sums[0] + sums[1]) + (sums[2] + sums[3])
}
