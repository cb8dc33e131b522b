import KernelInterface
import Kernels
import Tensors
import Testing

struct LinearTests {
  @Test("the fully connected layer equals the reference, with and without ReLU", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let linear = try kernels(instructionSet).linear
    for (index, outFeatures) in (channelCounts + [130]).enumerated() {
      for inFeatures in [1, 5, 16, 77] {
        for rectified in [false, true] {
          var samples = Samples(seed: 100 * index + inFeatures)
          check(linear, &samples, inFeatures: inFeatures, outFeatures: outFeatures, rectified: rectified)
        }
      }
    }
  }

  @Test("NaN in the input reaches the outputs through the ReLU", arguments: InstructionSet.available)
  func keepsNaN(_ instructionSet: InstructionSet) throws {
    let output = TensorSlice(zeros: 16)
    try kernels(instructionSet).linear(
      LinearCall(
        input: TensorSlice([.nan]), output: output, inFeatures: 1, outFeatures: 16,
        weights: TensorSlice([Float](repeating: 1, count: 16)), bias: TensorSlice(zeros: 16), rectified: true))
    #expect(output.array.allSatisfy { $0.isNaN })
  }

  private func check(
    _ linear: (LinearCall) -> Void, _ samples: inout Samples, inFeatures: Int, outFeatures: Int, rectified: Bool
  ) {
    let input = samples.values(inFeatures)
    let weights = PackedWeights.pointwise(
      samples.values(outFeatures * inFeatures), outChannels: outFeatures, inChannels: inFeatures)
    let bias = samples.rows(1, columns: outFeatures)
    func run(_ kernel: (LinearCall) -> Void, _ signs: (TensorSlice) -> TensorSlice) -> GuardedOutput {
      let output = GuardedOutput(count: bias.count)
      kernel(
        LinearCall(
          input: signs(input), output: output.slice, inFeatures: inFeatures, outFeatures: outFeatures,
          weights: signs(weights), bias: signs(bias), rectified: rectified))
      return output
    }
    let comment: Comment = "\(inFeatures) to \(outFeatures) features"
    let result = run(linear) { $0 }
    let bounds = run(KernelTable.scalar.linear, \.magnitudes).slice.array.map { Float(inFeatures + 2) * roundoff * $0 }
    expectClose(result.slice.array, run(KernelTable.scalar.linear) { $0 }.slice.array, within: bounds, comment)
    expectZeroPadding(result.slice.array, channels: outFeatures, comment)
    result.expectUntouchedGuards(comment)
  }
}
