import KernelInterface
import Kernels
import Tensors
import Testing

struct DepthwiseTests {
  @Test("depthwise convolution equals the reference for every geometry", arguments: InstructionSet.available)
  func geometries(_ instructionSet: InstructionSet) throws {
    let depthwise = try kernels(instructionSet).depthwise
    for (index, geometry) in SpatialCase.all.enumerated() {
      check(depthwise, geometry, channels: channelCounts[index % channelCounts.count], seed: index)
    }
  }

  @Test("depthwise convolution equals the reference for every channel count", arguments: InstructionSet.available)
  func channels(_ instructionSet: InstructionSet) throws {
    let depthwise = try kernels(instructionSet).depthwise
    for channels in channelCounts {
      for stride in 1...2 {
        let geometry = SpatialCase(height: 5, width: 15, stride: (stride, stride))
        check(depthwise, geometry, channels: channels, seed: channels)
      }
    }
  }

  private func check(_ depthwise: (SpatialCall) -> Void, _ geometry: SpatialCase, channels: Int, seed: Int) {
    var samples = Samples(seed: seed)
    let terms = geometry.kernel.height * geometry.kernel.width
    let weights = PackedWeights.depthwise(
      samples.values(channels * terms), channels: channels, kernel: geometry.kernel)
    geometry.check(
      depthwise, KernelTable.scalar.depthwise, inChannels: channels, outChannels: channels, terms: terms,
      weights: weights, &samples)
  }
}
