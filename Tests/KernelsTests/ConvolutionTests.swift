import KernelInterface
import Kernels
import Tensors
import Testing

struct ConvolutionTests {
  @Test("dense convolution equals the reference for every geometry", arguments: InstructionSet.available)
  func geometries(_ instructionSet: InstructionSet) throws {
    let convolution = try kernels(instructionSet).convolution
    for (index, geometry) in SpatialCase.all.enumerated() {
      check(convolution, geometry, inChannels: 3 + index % 3, outChannels: channelCounts[index % 8], seed: index)
    }
  }

  @Test("dense convolution equals the reference for every channel count", arguments: InstructionSet.available)
  func channels(_ instructionSet: InstructionSet) throws {
    let convolution = try kernels(instructionSet).convolution
    let geometry = SpatialCase(height: 5, width: 6)
    for (index, channels) in channelCounts.enumerated() {
      check(convolution, geometry, inChannels: channels, outChannels: channelCounts.reversed()[index], seed: index)
    }
  }

  @Test("more input channels than the store of zeros are added to the end", arguments: InstructionSet.available)
  func deep(_ instructionSet: InstructionSet) throws {
    let geometry = SpatialCase(height: 1, width: 2, kernel: (1, 2), origin: (0, 1), end: (0, 0))
    check(try kernels(instructionSet).convolution, geometry, inChannels: 8200, outChannels: 2, seed: 1)
  }

  private func check(
    _ convolution: (SpatialCall) -> Void, _ geometry: SpatialCase, inChannels: Int, outChannels: Int, seed: Int
  ) {
    var samples = Samples(seed: seed)
    let terms = geometry.kernel.height * geometry.kernel.width * inChannels
    let weights = PackedWeights.dense(
      samples.values(outChannels * terms), outChannels: outChannels, inChannels: inChannels, kernel: geometry.kernel)
    for gapless in [false, true] {
      geometry.check(
        convolution, KernelTable.scalar.convolution, inChannels: inChannels, outChannels: outChannels, terms: terms,
        weights: weights, gapless: gapless, &samples)
    }
  }
}
