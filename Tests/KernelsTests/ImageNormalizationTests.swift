import KernelInterface
import Kernels
import Tensors
import Testing

struct ImageNormalizationTests {
  @Test("a table without arithmetic is looked up for every level and channel", arguments: InstructionSet.available)
  func lookedUp(_ instructionSet: InstructionSet) throws {
    for channels in [1, 3] {
      var samples = Samples(seed: channels)
      let table = samples.values(channels * NormalizeCall.levels)
      try expectTable(table, scaling: nil, channels: channels, instructionSet)
    }
  }

  @Test("arithmetic gives a table's values bit by bit", arguments: InstructionSet.available)
  func computed(_ instructionSet: InstructionSet) throws {
    for (mean, deviation): ([Float], [Float]) in [
      ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]), ([0, 0, 0], [1, 1, 1]),
      ([0.286], [0.353]), ([0], [1]),
    ] {
      let table = normalizationTable(mean, deviation)
      let scaling = try #require(PixelScaling(mean: mean, deviation: deviation, table: table))
      try expectTable(TensorSlice(table), scaling: scaling, channels: mean.count, instructionSet)
    }
  }

  @Test("there is no arithmetic for a table that it misses by one place in one level")
  func missed() {
    var table = normalizationTable([0.5], [0.25])
    #expect(PixelScaling(mean: [0.5], deviation: [0.25], table: table) != nil)
    table[200] = table[200].nextUp
    #expect(PixelScaling(mean: [0.5], deviation: [0.25], table: table) == nil)
  }

  private func normalizationTable(_ mean: [Float], _ deviation: [Float]) -> [Float] {
    (0..<mean.count * NormalizeCall.levels).map { index in
      let (channel, level) = index.quotientAndRemainder(dividingBy: NormalizeCall.levels)
      return (Float(level) / 255 - mean[channel]) / deviation[channel]
    }
  }

  /// Expects the values of `table` from grey and from as many channels, for tails of every length, and nothing else
  /// touched.
  private func expectTable(
    _ table: TensorSlice, scaling: PixelScaling?, channels: Int, _ instructionSet: InstructionSet
  ) throws {
    let kernels = try kernels(instructionSet).images
    for source in Set([1, channels]) {
      for (rows, columns) in [(0, 4), (1, 1), (3, 5), (2, 256), (5, 33), (1, 16), (4, 63)] {
        let stride = columns * source + 1
        let bytes = AlignedStorage<UInt8>(count: rows * stride)
        for index in 0..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index) }
        let outputStride = columns * channels + 2
        let results = [kernels, KernelTable.scalar.images].map { kernels in
          let output = GuardedOutput(count: rows * outputStride)
          kernels.normalize(
            NormalizeCall(
              source: PixelRows(bytes, stride: stride, channels: source), rows: rows, columns: columns, table: table,
              scaling: scaling, channels: channels, output: output.slice, outputStride: outputStride))
          output.expectUntouchedGuards("\(rows)x\(columns)")
          return output.slice.array.map(\.bitPattern)
        }
        #expect(results[0] == results[1], "\(rows)x\(columns), \(source) to \(channels) channels")
      }
    }
  }
}
