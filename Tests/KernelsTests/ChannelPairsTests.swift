import KernelInterface
import Kernels
import Tensors
import Testing

struct ChannelPairsTests {
  private struct Case {
    var rows: Int
    var channels: Int
    var segments: Int
    var x: TensorSlice
    var y: TensorSlice
    var lines: ChannelPairsCall.Lines

    var stride: Int { FeatureShape.padded(channels) }

    init(rows: Int, channels: Int, segments: Int) {
      var samples = Samples(seed: rows * 31 + channels * 7 + segments)
      (self.rows, self.channels, self.segments) = (rows, channels, segments)
      let stride = FeatureShape.padded(channels)
      (x, y) = (samples.values(rows * stride, scale: 2), samples.values(rows * stride, scale: 3))
      lines = ChannelPairsCall.Lines(segments: segments, channelStride: stride)
      for index in 0..<segments * stride {
        (lines.slopes[index], lines.intercepts[index]) = (samples.value(2), samples.value())
      }
      for channel in 0..<stride { lines.usable[channel] = channel % 5 == 3 ? 0 : .max }
    }

    /// What a kernel counts in two parts, in the channels alone.
    func counted(_ countChannels: (ChannelPairsCall) -> Void) -> (pairs: [[UInt32]], outputs: [[UInt32]]) {
      let counts = ChannelPairsCall.Counts(segments: segments, channelStride: stride)
      let first = rows / 3
      for part in [0..<first, first..<rows] {
        let elements = part.lowerBound * stride..<part.upperBound * stride
        countChannels(
          ChannelPairsCall(x: x[elements], y: y[elements], rows: part.count, lines: lines, counts: counts))
      }
      func table<Value>(_ count: Int, _ value: (Int) -> Value) -> [[Value]] {
        (0..<count).map { row in (0..<channels).map { value(row * stride + $0) } }
      }
      return (table(3 + segments) { counts.pairs[$0] }, table(2) { counts.outputs[$0].bitPattern })
    }
  }

  private func expectEqual(_ instructionSet: InstructionSet, _ sample: Case, _ comment: Comment) throws {
    let found = sample.counted(try kernels(instructionSet).countChannels)
    let expected = sample.counted(KernelTable.scalar.countChannels)
    #expect(found.pairs == expected.pairs, comment)
    #expect(found.outputs == expected.outputs, comment)
  }

  @Test(
    "counts equal the reference for any number of channels, positions and lines", arguments: InstructionSet.available)
  func shapes(_ instructionSet: InstructionSet) throws {
    for channels in channelCounts {
      for segments in 0...4 {
        for rows in [0, 1, 2, 7, 65] {
          let sample = Case(rows: rows, channels: channels, segments: segments)
          try expectEqual(instructionSet, sample, "\(channels) channels, \(segments) lines, \(rows) positions")
        }
      }
    }
  }

  @Test(
    "NaN, infinities, zeros of either sign and equal lines are as the reference has them",
    arguments: InstructionSet.available)
  func oddValues(_ instructionSet: InstructionSet) throws {
    let odd: [Float] = [
      .nan, -.nan, .signalingNaN, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1,
    ]
    for segments in 0...3 {
      let sample = Case(rows: odd.count * odd.count, channels: 33, segments: segments)
      for row in 0..<sample.rows {
        for channel in 0..<sample.stride {
          sample.x[row * sample.stride + channel] = odd[(row + channel) % odd.count]
          sample.y[row * sample.stride + channel] = odd[(row / odd.count + channel * 5) % odd.count]
        }
      }
      for channel in 0..<sample.stride where segments > 1 {
        // Lines that are equal, equal at 0, beyond all floats, or none at all.
        let last = (segments - 1) * sample.stride + channel
        switch channel % 4 {
        case 0:
          (sample.lines.slopes[last], sample.lines.intercepts[last]) = (
            sample.lines.slopes[channel], sample.lines.intercepts[channel]
          )
        case 1: sample.lines.intercepts[last] = sample.lines.intercepts[channel]
        case 2: sample.lines.slopes[last] = .greatestFiniteMagnitude
        default: sample.lines.intercepts[channel % 8 < 4 ? channel : last] = .nan
        }
      }
      try expectEqual(instructionSet, sample, "\(segments) lines")
    }
  }

  @Test(
    "a line is a product, rounded, and a sum: no fused multiply-add moves a pair to another line",
    arguments: InstructionSet.available)
  func rounding(_ instructionSet: InstructionSet) throws {
    // x a is 1 + 2^-11 + 2^-24, which rounds to 1 + 2^-11: less 1 + 2^-11 it is 0, not 2^-24.
    let (x, intercept) = (1 + Float(0x1p-12), -1 - Float(0x1p-11))
    for segments in [2, 3] {
      let sample = Case(rows: 4, channels: 16, segments: segments)
      sample.x.fill(x)
      for index in 0..<segments * 16 {
        (sample.lines.slopes[index], sample.lines.intercepts[index]) = index < 16 ? (0, 0) : (x, intercept)
      }
      let found = sample.counted(try kernels(instructionSet).countChannels).pairs
      #expect((0..<16).allSatisfy { found[3][$0] == ($0 % 5 == 3 ? 0 : 4) && found[4][$0] == 0 })
    }
  }

  @Test("what was counted is forgotten")
  func clearing() {
    let sample = Case(rows: 9, channels: 3, segments: 2)
    let counts = ChannelPairsCall.Counts(segments: 2, channelStride: 16)
    KernelTable.scalar.countChannels(
      ChannelPairsCall(x: sample.x, y: sample.y, rows: 9, lines: sample.lines, counts: counts))
    #expect((0..<3).allSatisfy { counts.pairs[$0] == 9 && counts.outputs[$0] < counts.outputs[16 + $0] })
    counts.clear()
    #expect((0..<counts.pairs.count).allSatisfy { counts.pairs[$0] == 0 })
    #expect((0..<16).allSatisfy { counts.outputs[$0] == .infinity && counts.outputs[16 + $0] == -.infinity })
  }
}
