import KernelInterface
import Kernels
import Tensors
import Testing

struct ElementwiseTests {
  @Test("addition is exact, for any length and into either operand", arguments: InstructionSet.available)
  func addition(_ instructionSet: InstructionSet) throws {
    let add = try kernels(instructionSet).add
    for count in [0, 1, 4, 15, 16, 17, 33, 160] {
      var samples = Samples(seed: count)
      let (left, right) = (samples.values(count), samples.values(count))
      let sums = zip(left.array, right.array).map { $0 + $1 }
      let output = GuardedOutput(count: count)
      add(left, right, output.slice)
      #expect(output.slice.array == sums)
      output.expectUntouchedGuards("\(count) elements")
      let (intoLeft, intoRight) = (TensorSlice(left.array), TensorSlice(right.array))
      add(intoLeft, right, intoLeft)
      add(left, intoRight, intoRight)
      #expect(intoLeft.array == sums && intoRight.array == sums)
    }
  }

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
