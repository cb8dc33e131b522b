import Functions
import KernelInterface
import Kernels
import Tensors
import Testing

struct CombineTests {
  /// Operands' shapes for an output of a height, width and number of channels: whole, and one for all along any axes.
  private static func shapes(_ height: Int, _ width: Int, _ channels: Int) -> [FeatureShape] {
    [(1, 1), (1, width), (height, 1), (height, width)].flatMap { size in
      [1, channels].map { FeatureShape(height: size.0, width: size.1, channels: $0) }
    }
  }

  @Test(
    "whatever is done with two maps equals the reference, for operands that are one for all along any axis",
    arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let combine = try kernels(instructionSet).combine
    for channels in channelCounts + [130] {
      let shape = FeatureShape(height: 3, width: 5, channels: channels)
      var samples = Samples(seed: channels)
      for function in BinaryFunction.allCases {
        for own in Self.shapes(3, 5, channels) {
          let (whole, other) = (samples.map(shape), samples.map(own))
          // Equal values, and zeros, so that comparisons and masks meet their borders.
          other[0] = whole[0]
          if other.count > 16 { other[16] = 0 }
          for isFirst in [false, true] {
            let (found, expected) = (GuardedOutput(count: shape.storedCount), GuardedOutput(count: shape.storedCount))
            for (kernel, output) in [(combine, found), (KernelTable.scalar.combine, expected)] {
              let operands = [BinaryCall.Operand(whole, shape), BinaryCall.Operand(other, own)]
              kernel(
                BinaryCall(
                  function, first: operands[isFirst ? 0 : 1], second: operands[isFirst ? 1 : 0], shape: shape,
                  output: output.slice))
            }
            let comment: Comment = "\(function), \(own), \(channels) channels"
            #expect(found.slice.array == expected.slice.array, comment)
            expectZeroPadding(found.slice.array, channels: channels, comment)
            found.expectUntouchedGuards(comment)
          }
        }
      }
    }
  }

  @Test("the first operand may be the output", arguments: InstructionSet.available)
  func inPlace(_ instructionSet: InstructionSet) throws {
    let combine = try kernels(instructionSet).combine
    let shape = FeatureShape(height: 3, width: 5, channels: 19)
    for function in BinaryFunction.allCases {
      for own in Self.shapes(3, 5, 19) {
        var samples = Samples(seed: 3)
        let (whole, other) = (samples.map(shape), samples.map(own))
        let expected = TensorSlice(zeros: shape.storedCount)
        for output in [expected, whole] {
          combine(
            BinaryCall(
              function, first: BinaryCall.Operand(whole, shape), second: BinaryCall.Operand(other, own), shape: shape,
              output: output))
        }
        #expect(whole.array == expected.array, "\(function), \(own)")
      }
    }
  }

  @Test("minimum and maximum keep NaN of either side, a comparison with NaN fails", arguments: InstructionSet.available)
  func notANumber(_ instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 1, width: 1, channels: 2)
    for function in [BinaryFunction.minimum, .maximum, .greater, .greaterOrEqual] {
      let (left, right) = (TensorSlice(zeros: 16), TensorSlice(zeros: 16))
      (left[0], right[0], left[1], right[1]) = (.nan, 1, 1, .nan)
      try kernels(instructionSet).combine(
        BinaryCall(
          function, first: BinaryCall.Operand(left, shape), second: BinaryCall.Operand(right, shape), shape: shape,
          output: left))
      let isExtreme = function == .minimum || function == .maximum
      #expect((0..<2).allSatisfy { isExtreme ? left[$0].isNaN : left[$0] == 0 } && left[2] == 0, "\(function)")
    }
  }

  @Test("masks choose values, whatever the others are", arguments: InstructionSet.available)
  func masks(_ instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 1, width: 1, channels: 4)
    for (function, wanted) in [(BinaryFunction.keep, [0, 5, 0, 7]), (.drop, [Float.infinity, 0, 6, 0])] {
      let (x, mask) = (TensorSlice(zeros: 16), TensorSlice(zeros: 16))
      for (index, value) in [(Float.infinity, Float(0)), (5, 1), (6, -0.0), (7, .nan)].enumerated() {
        (x[index], mask[index]) = value
      }
      try kernels(instructionSet).combine(
        BinaryCall(
          function, first: BinaryCall.Operand(x, shape), second: BinaryCall.Operand(mask, shape), shape: shape,
          output: x))
      #expect(x.array == wanted + [Float](repeating: 0, count: 12), "\(function)")
    }
  }
}
