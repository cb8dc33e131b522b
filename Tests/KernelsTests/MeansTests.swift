import KernelInterface
import Kernels
import Tensors
import Testing

struct MeansTests {
  @Test("channel means equal the reference for any number of positions", arguments: InstructionSet.available)
  func means(_ instructionSet: InstructionSet) throws {
    let channelMeans = try kernels(instructionSet).channelMeans
    for channels in channelCounts {
      for (height, width) in [(1, 1), (1, 3), (7, 7), (16, 16), (31, 33)] {
        let shape = FeatureShape(height: height, width: width, channels: channels)
        var samples = Samples(seed: channels)
        let input = samples.map(shape)
        let (result, reference) = (GuardedOutput(count: shape.channelStride), GuardedOutput(count: shape.channelStride))
        channelMeans(input, shape, result.slice)
        KernelTable.scalar.channelMeans(input, shape, reference.slice)
        // Each value, at most 1 in size, takes part in at most 128 / 4 + 2 additions of a chunk and one for each chunk.
        let roundings = Float(128 / 4 + 2 + shape.positions / 128 + 2)
        let bounds = [Float](repeating: roundings * roundoff, count: shape.channelStride)
        expectClose(result.slice.array, reference.slice.array, within: bounds, "\(shape)")
        expectZeroPadding(result.slice.array, channels: channels, "\(shape)")
        result.expectUntouchedGuards("\(shape)")
      }
    }
  }
}
