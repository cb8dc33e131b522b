import KernelInterface
import Kernels
import Tensors
import Testing

struct CombineTests {
  @Test(
    "sums, products and maxima equal the reference for every layout, also in place", arguments: InstructionSet.available
  )
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let combine = try kernels(instructionSet).combine
    for channels in channelCounts + [130] {
      let shape = FeatureShape(height: 3, width: 5, channels: channels)
      var samples = Samples(seed: channels)
      let first = samples.map(shape)
      for kind in BinaryCall.Kind.allCases {
        for layout in BinaryCall.Layout.allCases {
          let second =
            switch layout {
            case .map: samples.map(shape)
            case .vector: samples.rows(1, columns: channels)
            case .plane: samples.rows(shape.positions, columns: 1)
            }
          for inPlace in [false, true] {
            let (found, expected) = (GuardedOutput(count: shape.storedCount), GuardedOutput(count: shape.storedCount))
            if inPlace { found.slice.copy(from: first) }
            combine(
              BinaryCall(
                kind, first: inPlace ? found.slice : first, second: second, layout: layout, shape: shape,
                output: found.slice))
            KernelTable.scalar.combine(
              BinaryCall(kind, first: first, second: second, layout: layout, shape: shape, output: expected.slice))
            let comment: Comment = "\(kind), \(layout), \(channels) channels"
            #expect(found.slice.array == expected.slice.array, comment)
            expectZeroPadding(found.slice.array, channels: channels, comment)
            found.expectUntouchedGuards(comment)
          }
        }
      }
    }
  }

  @Test("a maximum keeps NaN of either side", arguments: InstructionSet.available)
  func notANumber(_ instructionSet: InstructionSet) throws {
    let (left, right) = (TensorSlice(zeros: 16), TensorSlice(zeros: 16))
    (left[0], right[0], left[1], right[1]) = (.nan, 1, 1, .nan)
    try kernels(instructionSet).combine(
      BinaryCall(
        .maximum, first: left, second: right, layout: .map, shape: FeatureShape(height: 1, width: 1, channels: 2),
        output: left))
    #expect(left[0].isNaN && left[1].isNaN && left[2] == 0)
  }
}
