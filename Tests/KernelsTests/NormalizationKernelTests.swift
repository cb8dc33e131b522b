import KernelInterface
import Kernels
import Tensors
import Testing

struct NormalizationKernelTests {
  @Test(
    "layer normalisation equals the reference, centred and not, near 0 and far from it, also in place",
    arguments: InstructionSet.available)
  func layers(_ instructionSet: InstructionSet) throws {
    let kernel = try kernels(instructionSet).layerNormalization
    for channels in channelCounts + [130] {
      let shape = FeatureShape(height: 3, width: 5, channels: channels)
      for (offset, isCentred) in [(Float(0), true), (100, true), (0, false)] {
        var samples = Samples(seed: channels)
        let input = PackedWeights.rows(
          TensorSlice(samples.values(shape.count).array.map { $0 + offset }), columns: channels)
        let (weight, bias) = (samples.rows(1, columns: channels), samples.rows(1, columns: channels))
        func run(_ kernel: (LayerNormalizationCall) -> Void, inPlace: Bool = false) -> GuardedOutput {
          let output = GuardedOutput(count: shape.storedCount)
          if inPlace { output.slice.copy(from: input) }
          kernel(
            LayerNormalizationCall(
              input: inPlace ? output.slice : input, shape: shape, isCentred: isCentred, epsilon: 1e-2, weight: weight,
              bias: bias, output: output.slice))
          return output
        }
        let reference = run(KernelTable.scalar.layerNormalization).slice.array
        // n is at most sqrt(channels). The mean errs by a few roundings of the offset, which the variance, 1e-2 at the
        // least, makes 10 times larger; the sum of squares adds one rounding for each vector.
        let roundings = 8 + Float(channels) / 8
        let bound = roundings * roundoff * Float(channels).squareRoot() + 4 * roundoff * (offset + 1) * 10
        for inPlace in [false, true] {
          let found = run(kernel, inPlace: inPlace)
          let comment: Comment = "\(channels) channels, offset \(offset), centred \(isCentred), in place \(inPlace)"
          expectClose(
            found.slice.array, reference, within: [Float](repeating: bound, count: reference.count), comment)
          expectZeroPadding(found.slice.array, channels: channels, comment)
          found.expectUntouchedGuards(comment)
        }
      }
    }
  }

  @Test("mean squares around centres equal the reference", arguments: InstructionSet.available)
  func squares(_ instructionSet: InstructionSet) throws {
    let kernel = try kernels(instructionSet).channelSquares
    for channels in channelCounts {
      for (height, width) in [(1, 1), (1, 3), (7, 7), (16, 16), (31, 33)] {
        let shape = FeatureShape(height: height, width: width, channels: channels)
        var samples = Samples(seed: channels)
        let (input, centres) = (samples.map(shape), samples.rows(1, columns: channels))
        let (found, reference) = (GuardedOutput(count: shape.channelStride), GuardedOutput(count: shape.channelStride))
        for (kernel, output) in [(kernel, found), (KernelTable.scalar.channelSquares, reference)] {
          kernel(ChannelSquaresCall(input: input, shape: shape, centres: centres, output: output.slice))
        }
        // Squares of at most 4, three roundings each, in at most 128 / 2 + 2 additions of a chunk and one for each.
        let roundings = Float(3 + 128 / 2 + 2 + shape.positions / 128 + 2)
        let bounds = [Float](repeating: 4 * roundings * roundoff, count: shape.channelStride)
        expectClose(found.slice.array, reference.slice.array, within: bounds, "\(shape)")
        expectZeroPadding(found.slice.array, channels: channels, "\(shape)")
        found.expectUntouchedGuards("\(shape)")
      }
    }
  }

  @Test("NaN stays in its position or its channel, and out of padding lanes", arguments: InstructionSet.available)
  func notANumber(_ instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 1, width: 2, channels: 18)
    let (input, output) = (TensorSlice(zeros: 64), TensorSlice(zeros: 64))
    input[1] = .nan
    let lanes = TensorSlice(zeros: 32)
    try kernels(instructionSet).layerNormalization(
      LayerNormalizationCall(
        input: input, shape: shape, isCentred: true, epsilon: 1, weight: lanes, bias: lanes, output: output))
    #expect(output.array[..<18].allSatisfy { $0.isNaN })
    #expect(output.array[18...].allSatisfy { $0 == 0 })
    try kernels(instructionSet).channelSquares(
      ChannelSquaresCall(input: input, shape: shape, centres: lanes, output: output))
    #expect(output[1].isNaN && output[0] == 0 && output[2] == 0)
  }
}
