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

  @Test("grouped convolutions equal the reference for every width of group", arguments: InstructionSet.available)
  func groups(_ instructionSet: InstructionSet) throws {
    let convolution = try kernels(instructionSet).convolution
    let cases = [
      (2, 6, 4), (3, 6, 9), (4, 12, 8), (2, 96, 192), (8, 64, 64), (12, 96, 96), (5, 120, 120), (7, 7, 21), (7, 14, 7),
      (40, 40, 80), (3, 72, 144), (2, 34, 98),
    ]
    for (index, (groups, inChannels, outChannels)) in cases.enumerated() {
      let geometries = [
        SpatialCase(height: 5, width: 6), SpatialCase.all[index * 3 % SpatialCase.all.count],
        SpatialCase(height: 6, width: 15, kernel: (1, 1), stride: (2, 2), origin: (0, 0), end: (0, 0)),
      ]
      for geometry in geometries {
        check(
          convolution, geometry, inChannels: inChannels, outChannels: outChannels, groups: groups, seed: index)
      }
    }
  }

  private func check(
    _ convolution: (SpatialCall) -> Void, _ geometry: SpatialCase, inChannels: Int, outChannels: Int,
    groups: Int = 1, seed: Int
  ) {
    var samples = Samples(seed: seed)
    let terms = geometry.kernel.height * geometry.kernel.width * inChannels / groups
    let weights = PackedWeights.dense(
      samples.values(outChannels * terms), outChannels: outChannels, inChannels: inChannels, kernel: geometry.kernel,
      groups: groups)
    for gapless in [false, true] {
      geometry.check(
        convolution, KernelTable.scalar.convolution, inChannels: inChannels, outChannels: outChannels, terms: terms,
        weights: weights, gapless: gapless, groups: groups, &samples)
    }
  }
}
