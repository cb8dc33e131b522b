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
    let batch = 1 + inFeatures % 7
    let (inputStride, outputStride) = (inFeatures + 3, FeatureShape.padded(outFeatures) + 16)
    let input = samples.values(batch * inputStride)
    let weights = PackedWeights.pointwise(
      samples.values(outFeatures * inFeatures), outChannels: outFeatures, inChannels: inFeatures)
    let bias = samples.rows(1, columns: outFeatures)
    func run(_ kernel: (LinearCall) -> Void, _ signs: (TensorSlice) -> TensorSlice) -> [GuardedOutput] {
      let whole = TensorSlice([Float](repeating: .nan, count: batch * outputStride))
      kernel(
        LinearCall(
          input: signs(input), inputStride: inputStride, output: whole, outputStride: outputStride, batch: batch,
          inFeatures: inFeatures, outFeatures: outFeatures, weights: signs(weights), bias: signs(bias),
          rectified: rectified))
      return (0..<batch).map { image in
        let output = GuardedOutput(count: bias.count)
        output.slice.copy(from: whole[image * outputStride..<image * outputStride + bias.count])
        let gap = whole[image * outputStride + bias.count..<(image + 1) * outputStride]
        #expect(gap.array.allSatisfy { $0.isNaN }, "written between two vectors")
        return output
      }
    }
    let (found, wanted) = (run(linear) { $0 }, run(KernelTable.scalar.linear) { $0 })
    let magnitudes = run(KernelTable.scalar.linear, \.magnitudes)
    for image in 0..<batch {
      let comment: Comment = "\(inFeatures) to \(outFeatures) features, vector \(image) of \(batch)"
      let bounds = magnitudes[image].slice.array.map { Float(inFeatures + 2) * roundoff * $0 }
      expectClose(found[image].slice.array, wanted[image].slice.array, within: bounds, comment)
      expectZeroPadding(found[image].slice.array, channels: outFeatures, comment)
    }
  }
}
