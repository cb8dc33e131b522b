import KernelInterface
import Kernels
import Tensors
import Testing

struct SoftmaxTests {
  private func run(
    _ kernel: (SoftmaxCall) -> Void, _ axis: SoftmaxCall.Axis, _ input: TensorSlice, _ shape: FeatureShape
  ) -> GuardedOutput {
    let output = GuardedOutput(count: shape.storedCount)
    kernel(SoftmaxCall(axis, input: input, shape: shape, output: output.slice))
    return output
  }

  @Test("shares of positions, channels and parts equal the reference", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let softmax = try kernels(instructionSet).softmax
    for channels in channelCounts + [36, 130] {
      for (height, width) in [(1, 1), (3, 5), (13, 17)] {
        let shape = FeatureShape(height: height, width: width, channels: channels)
        let parts = [1, 2, 3, 5, 32, channels].filter { channels.isMultiple(of: $0) }
        for axis in [SoftmaxCall.Axis.positions] + parts.map({ .channels(parts: $0) }) {
          for scale in [Float(1), 60] {
            var samples = Samples(seed: channels)
            let input = samples.map(shape, scale: scale)
            let found = run(softmax, axis, input, shape)
            let reference = run(KernelTable.scalar.softmax, axis, input, shape).slice.array
            // The distance from the largest has a rounding of at most 2 scale; the exponential adds its own 1e-7, the
            // sum a rounding for each of at most 128 additions and the division one.
            let bounds = reference.map { (2 * scale + 140) * roundoff * $0 + 0x1p-140 }
            let comment: Comment = "\(axis), \(shape), up to \(scale)"
            expectClose(found.slice.array, reference, within: bounds, comment)
            expectZeroPadding(found.slice.array, channels: channels, comment)
            found.expectUntouchedGuards(comment)
          }
        }
      }
    }
  }

  @Test("large values do not overflow, and NaN takes its own set alone", arguments: InstructionSet.available)
  func specialValues(_ instructionSet: InstructionSet) throws {
    let softmax = try kernels(instructionSet).softmax
    let shape = FeatureShape(height: 1, width: 3, channels: 4)
    let rows: [Float] = [1e30, -1e30, -.infinity, 3e30, 0, .nan, 0, 0, 1, 1, 1, 1]
    let input = PackedWeights.rows(TensorSlice(rows), columns: 4)
    let channels = run(softmax, .channels(parts: 4), input, shape).slice
    #expect(channels[0..<4].array == [0, 0, 0, 1])
    #expect(channels[16..<20].array.allSatisfy { $0.isNaN })
    #expect(channels[32..<36].array == [0.25, 0.25, 0.25, 0.25])
    let parts = run(softmax, .channels(parts: 2), input, shape).slice
    #expect(parts[0] == 1 && parts[2] == 0 && parts[1] == 0 && parts[3] == 1)
    #expect(parts[16] == 0.5 && parts[18] == 0.5 && parts[17].isNaN && parts[19].isNaN)
    let positions = run(softmax, .positions, input, shape).slice
    #expect((0..<3).map { positions[16 * $0] } == [1, 0, 0])
    #expect((0..<3).allSatisfy { positions[16 * $0 + 1].isNaN })
    #expect(positions[2] == 0 && abs(positions[18] - 0.268_941_43) < 1e-7 && abs(positions[34] - 0.731_058_6) < 1e-7)
    #expect((0..<3).allSatisfy { positions[16 * $0 + 4] == 0 })
  }
}
