import KernelInterface
import Kernels
import Tensors
import Testing

struct RearrangeTests {
  @Test("elements are moved, repeated and left out as the reference does it", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let rearrange = try kernels(instructionSet).rearrange
    for channels in channelCounts {
      let shape = FeatureShape(height: 4, width: 6, channels: channels)
      let stride = shape.channelStride
      let whole = (0..<channels).map { Optional($0) }
      let choices: [[Int?]] = [
        whole, whole.reversed(), [nil] + whole + [nil, nil], [channels - 1], [nil],
        (0..<2 * channels).map { $0 / 2 + $0 % 2 * stride },
      ]
      for choice in choices {
        for (rows, columns) in [([0, 1, 2], [0, 1, 2, 3, 4]), ([nil, 2, 1, 1, nil], [4, nil, 0]), ([0], [3])] {
          var samples = Samples(seed: channels)
          let input = samples.map(shape)
          let (down, across) = (rows.map { $0.map { $0 * 6 * stride } }, columns.map { $0.map { $0 * stride } })
          let offsets = RearrangeOffsets(rows: down, columns: across, channels: choice)
          let width = FeatureShape.padded(choice.count)
          let count = rows.count * columns.count * width
          let (found, expected) = (GuardedOutput(count: count), GuardedOutput(count: count))
          for (kernel, output) in [(rearrange, found), (KernelTable.scalar.rearrange, expected)] {
            kernel(RearrangeCall(input: input, output: output.slice, offsets: offsets))
          }
          let wanted = down.flatMap { row in
            across.flatMap { column in
              (0..<width).map { lane -> Float in
                guard let row, let column, lane < choice.count, let channel = choice[lane] else { return 0 }
                return input[row + column + channel]
              }
            }
          }
          #expect(expected.slice.array == wanted && found.slice.array == wanted, "\(choice), \(rows), \(columns)")
          found.expectUntouchedGuards("\(choice)")
        }
      }
    }
  }
}
