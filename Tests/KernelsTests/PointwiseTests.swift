import KernelInterface
import Kernels
import Tensors
import Testing

struct PointwiseTests {
  @Test(
    "1x1 convolution equals the reference for all tails of positions and channels", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let pointwise = try kernels(instructionSet).pointwise
    for (index, outChannels) in channelCounts.enumerated() {
      for (inChannels, positions) in [(1, 1), (3, 2), (16, 7), (17, 5), (33, 49), (96, 13), (8, 30)] {
        var samples = Samples(seed: 100 * index + inChannels)
        check(pointwise, &samples, positions: positions, inChannels: inChannels, outChannels: outChannels)
      }
    }
  }

  @Test("a map of several chunks is computed to its end", arguments: InstructionSet.available)
  func severalChunks(_ instructionSet: InstructionSet) throws {
    var samples = Samples(seed: 1)
    check(try kernels(instructionSet).pointwise, &samples, positions: 211, inChannels: 321, outChannels: 40)
  }

  private func check(
    _ pointwise: (PointwiseCall) -> Void, _ samples: inout Samples, positions: Int, inChannels: Int, outChannels: Int
  ) {
    let stride = FeatureShape.padded(outChannels)
    let input = samples.rows(positions, columns: inChannels)
    let weights = PackedWeights.pointwise(
      samples.values(outChannels * inChannels), outChannels: outChannels, inChannels: inChannels)
    let bias = samples.rows(1, columns: outChannels)
    func run(_ kernel: (PointwiseCall) -> Void, _ signs: (TensorSlice) -> TensorSlice) -> GuardedOutput {
      let output = GuardedOutput(count: positions * stride)
      kernel(
        PointwiseCall(
          input: signs(input), output: output.slice, positions: positions, inChannels: inChannels,
          outChannels: outChannels, weights: signs(weights), bias: signs(bias)))
      return output
    }
    let comment: Comment = "\(positions) positions, \(inChannels) to \(outChannels) channels"
    let result = run(pointwise) { $0 }
    // A sum of n products in any order errs by at most n + 1 roundings of the sum of magnitudes.
    let bounds = run(KernelTable.scalar.pointwise, \.magnitudes).slice.array.map {
      Float(inChannels + 2) * roundoff * $0
    }
    let reference = run(KernelTable.scalar.pointwise) { $0 }.slice.array
    expectClose(result.slice.array, reference, within: bounds, comment)
    expectZeroPadding(result.slice.array, channels: outChannels, comment)
    result.expectUntouchedGuards(comment)
  }
}
