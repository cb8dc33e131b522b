import KernelInterface
import Tensors

func channelMeans(_ input: TensorSlice, _ shape: FeatureShape, _ output: TensorSlice) {
  guard input.count >= shape.storedCount, output.count >= shape.channelStride else { fatalError("slices too small") }
  let stride = shape.channelStride
  meansOfChunks(Floats(input.pointer), shape, output.pointer) { chunk, _, count in
    chunkSum(chunk, count: count, stride: stride)
  }
}

/// Means over positions of what `sum` gives for some of them, a vector of channels at a time. It gets the chunk's first
/// element, the first channel, and the chunk's positions.
@inline(__always)
func meansOfChunks(
  _ input: Floats, _ shape: FeatureShape, _ output: MutableFloats, _ sum: (Floats, Int, Int) -> Vector
) {
  let (positions, stride) = (shape.positions, shape.channelStride)
  for channel in Swift.stride(from: 0, to: stride, by: lanes) { storeVector(Vector(), output + channel) }
  // Sums of chunks are added up, which keeps the rounding of long sums small.
  for start in Swift.stride(from: 0, to: positions, by: meanChunk) {
    let count = min(meanChunk, positions - start)
    for channel in Swift.stride(from: 0, to: stride, by: lanes) {
      let chunk = sum(input + start * stride + channel, channel, count)
      storeVector(load(Floats(output) + channel) + chunk, output + channel)
    }
  }
  let divisor = all(Float(positions))
  for channel in Swift.stride(from: 0, to: stride, by: lanes) {
    storeVector(load(Floats(output) + channel) / divisor, output + channel)
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
