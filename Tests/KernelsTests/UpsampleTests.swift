import KernelInterface
import Kernels
import Tensors
import Testing

struct UpsampleTests {
  /// Outputs of a random mixture of inputs; the last input among them.
  private func axis(_ inputs: Int, outputs: Int, shares: Bool, _ samples: inout Samples) -> InterpolationAxis {
    InterpolationAxis(
      (0..<outputs).map { output in
        let first = output * (inputs - 1) / max(outputs - 1, 1)
        return (first, min(first + 1, inputs - 1), shares ? abs(samples.value()) : 0)
      })
  }

  @Test(
    "enlarged maps equal the reference, interpolated along either axis or repeated", arguments: InstructionSet.available
  )
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let upsample = try kernels(instructionSet).upsample
    for channels in channelCounts {
      for (height, width, tall, wide) in [(1, 1, 1, 1), (1, 1, 3, 2), (4, 3, 8, 9), (2, 5, 2, 20)] {
        for (mixesRows, mixesColumns) in [(false, false), (true, false), (false, true), (true, true)] {
          var samples = Samples(seed: channels)
          let shape = FeatureShape(height: height, width: width, channels: channels)
          let input = samples.map(shape)
          let rows = axis(height, outputs: tall, shares: mixesRows, &samples)
          let columns = axis(width, outputs: wide, shares: mixesColumns, &samples)
          let count = tall * wide * shape.channelStride
          let (found, expected) = (GuardedOutput(count: count), GuardedOutput(count: count))
          for (kernel, output) in [(upsample, found), (KernelTable.scalar.upsample, expected)] {
            kernel(
              UpsampleCall(input: input, output: output.slice, inputShape: shape, rows: rows, columns: columns))
          }
          let bounds = [Float](repeating: 8 * roundoff, count: count)
          let comment: Comment = "\(shape) to \(tall)x\(wide)"
          expectClose(found.slice.array, expected.slice.array, within: bounds, comment)
          expectZeroPadding(found.slice.array, channels: channels, comment)
          found.expectUntouchedGuards(comment)
        }
      }
    }
  }
}
