import KernelInterface
import Kernels
import Tensors
import Testing

struct ActivationTests {
  @Test(
    "the largest line equals the reference for any K, with attention and bound", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let activation = try kernels(instructionSet).activation
    for channels in [1, 8, 16, 17, 48] {
      for functions in 1...5 {
        for options in 0..<8 {
          check(
            activation, FeatureShape(height: 5, width: 7, channels: channels), functions: functions,
            attends: options & 1 != 0, bound: options & 2 != 0 ? 0.4 : nil, inPlace: options & 4 != 0)
        }
      }
    }
  }

  @Test("NaN passes through and infinities follow the slopes", arguments: InstructionSet.available)
  func specialValues(_ instructionSet: InstructionSet) throws {
    let activation = try kernels(instructionSet).activation
    for functions in 1...4 {
      let slopes = TensorSlice([Float](repeating: 0.5, count: 16 * functions))
      let map = TensorSlice(zeros: 16)
      for (index, value) in [Float.nan, .infinity, -.infinity, 8, -0.0].enumerated() { map[index] = value }
      activation(
        ActivationCall(
          x: map, y: map, shape: FeatureShape(height: 1, width: 1, channels: 16), functions: functions, slopes: slopes,
          intercepts: TensorSlice(zeros: 16 * functions), attention: nil, upperBound: 6))
      #expect(map[0].isNaN)
      let others = Array(map.array[1...])
      #expect(others == [6, -.infinity, 4, 0] + [Float](repeating: 0, count: 11))
    }
  }

  private func check(
    _ activation: (ActivationCall) -> Void, _ shape: FeatureShape, functions: Int, attends: Bool, bound: Float?,
    inPlace: Bool
  ) {
    var samples = Samples(seed: functions)
    let x = samples.map(shape, scale: 2)
    let slopes = samples.rows(functions, columns: shape.channels)
    let intercepts = samples.rows(functions, columns: shape.channels, scale: 0.5)
    let attention = attends ? TensorSlice(samples.values(shape.positions).array.map(abs)) : nil
    func run(_ kernel: (ActivationCall) -> Void) -> GuardedOutput {
      let output = GuardedOutput(count: shape.storedCount)
      if inPlace { for index in 0..<x.count { output.slice[index] = x[index] } }
      kernel(
        ActivationCall(
          x: inPlace ? output.slice : x, y: output.slice, shape: shape, functions: functions, slopes: slopes,
          intercepts: intercepts, attention: attention, upperBound: bound))
      return output
    }
    let comment: Comment = "\(shape), K = \(functions), attention \(attends), bound \(bound ?? .infinity)"
    let result = run(activation)
    // At most three roundings of terms that stay below 2 * 1 + 0.5.
    let bounds = [Float](repeating: 3 * 2.5 * roundoff, count: shape.storedCount)
    expectClose(result.slice.array, run(KernelTable.scalar.activation).slice.array, within: bounds, comment)
    expectZeroPadding(result.slice.array, channels: shape.channels, comment)
    result.expectUntouchedGuards(comment)
  }
}
