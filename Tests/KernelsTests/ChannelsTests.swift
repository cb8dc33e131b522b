import KernelInterface
import Kernels
import Tensors
import Testing

struct ChannelsTests {
  @Test("slices, shuffles and other choices of channels equal the reference", arguments: InstructionSet.available)
  func choices(_ instructionSet: InstructionSet) throws {
    let copyChannels = try kernels(instructionSet).copyChannels
    for channels in channelCounts {
      let shuffled = (0..<channels).map { $0 % 2 == 0 ? $0 / 2 : channels - 1 - $0 / 2 }
      let choices = [
        Array(0..<channels), shuffled, [channels - 1], Array(repeating: channels / 2, count: 20),
        Array(channels / 3..<channels) + Array(0..<channels / 3), Array((0..<channels).reversed()),
      ]
      for choice in choices {
        var samples = Samples(seed: channels)
        let shape = FeatureShape(height: 2, width: 3, channels: channels)
        let input = samples.map(shape)
        let stride = FeatureShape.padded(choice.count)
        let (found, expected) = (GuardedOutput(count: 6 * stride), GuardedOutput(count: 6 * stride))
        for (kernel, output) in [(copyChannels, found), (KernelTable.scalar.copyChannels, expected)] {
          kernel(
            ChannelCall(
              input: input, inputStride: shape.channelStride, output: output.slice, outputStride: stride, positions: 6,
              firstChannel: 0, channels: OffsetRuns(choice), endsMap: true))
        }
        let wanted = (0..<6).flatMap { position in
          choice.map { input[position * shape.channelStride + $0] }
            + [Float](repeating: 0, count: stride - choice.count)
        }
        #expect(expected.slice.array == wanted && found.slice.array == wanted, "\(choice)")
        found.expectUntouchedGuards("\(choice)")
      }
    }
  }

  @Test("a part of a join leaves the other parts alone", arguments: InstructionSet.available)
  func parts(_ instructionSet: InstructionSet) throws {
    let copyChannels = try kernels(instructionSet).copyChannels
    for (first, count) in [(0, 3), (3, 20), (5, 16), (17, 31)] {
      var samples = Samples(seed: first)
      let input = samples.rows(4, columns: count)
      let output = TensorSlice([Float](repeating: 9, count: 4 * 48))
      copyChannels(
        ChannelCall(
          input: input, inputStride: FeatureShape.padded(count), output: output, outputStride: 48, positions: 4,
          firstChannel: first, channels: OffsetRuns(first: count), endsMap: false))
      for index in 0..<output.count {
        let (position, channel) = index.quotientAndRemainder(dividingBy: 48)
        let copied = (first..<first + count).contains(channel)
        #expect(output[index] == (copied ? input[position * FeatureShape.padded(count) + channel - first] : 9))
      }
    }
  }
}
