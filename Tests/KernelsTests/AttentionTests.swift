import KernelInterface
import Kernels
import Tensors
import Testing

struct AttentionTests {
  @Test("spatial attention equals the reference for any size and temperature", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let attention = try kernels(instructionSet).attention
    for channels in channelCounts {
      for (height, width) in [(1, 1), (1, 2), (3, 5), (4, 4), (7, 7), (13, 17)] {
        for temperature in [Float(10), 1, 0.1] {
          check(attention, FeatureShape(height: height, width: width, channels: channels), temperature: temperature)
        }
      }
    }
  }

  @Test("large scores do not overflow, and one position takes all", arguments: InstructionSet.available)
  func largeScores(_ instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 1, width: 3, channels: 1)
    let output = GuardedOutput(count: 3)
    try kernels(instructionSet).attention(
      AttentionCall(
        input: PackedWeights.rows(TensorSlice([1e5, -1e5, 2e5]), columns: 1), shape: shape,
        weight: PackedWeights.rows(TensorSlice([1]), columns: 1), bias: 0, temperature: 1, gamma: 0.5,
        output: output.slice))
    #expect(output.slice[2] == 0.5)
    #expect(output.slice[0] == 0 && output.slice[1] == 0)
  }

  @Test("scores far below the largest give the smallest floats, then 0", arguments: InstructionSet.available)
  func smallestFloats(_ instructionSet: InstructionSet) throws {
    // Halves of an octave around where floats lose bits (87.3) and end (103.3 with gamma 1).
    let scores = [0] + (0..<64).map { -Float(84 + 0.346 * Double($0)) }
    let shape = FeatureShape(height: 1, width: scores.count, channels: 1)
    let (output, expected) = (GuardedOutput(count: scores.count), GuardedOutput(count: scores.count))
    for (attention, output) in [
      (try kernels(instructionSet).attention, output), (KernelTable.scalar.attention, expected),
    ] {
      attention(
        AttentionCall(
          input: PackedWeights.rows(TensorSlice(scores), columns: 1), shape: shape,
          weight: PackedWeights.rows(TensorSlice([1]), columns: 1), bias: 0, temperature: 1, gamma: 1,
          output: output.slice))
    }
    let bounds = expected.slice.array.map { 1e-6 * $0 + 0x1p-149 }
    expectClose(output.slice.array, expected.slice.array, within: bounds, "halves of an octave")
    #expect(output.slice.array.last == 0 && output.slice.array.contains { $0 != 0 && $0 < 0x1p-130 })
  }

  @Test("NaN in the map is not hidden", arguments: InstructionSet.available)
  func nanSpreads(_ instructionSet: InstructionSet) throws {
    let shape = FeatureShape(height: 5, width: 4, channels: 1)
    var values = [Float](repeating: 1, count: 20)
    values[3] = .nan
    let output = TensorSlice(zeros: 20)
    try kernels(instructionSet).attention(
      AttentionCall(
        input: PackedWeights.rows(TensorSlice(values), columns: 1), shape: shape,
        weight: PackedWeights.rows(TensorSlice([1]), columns: 1), bias: 0, temperature: 1, gamma: 1, output: output))
    #expect(output.array.allSatisfy { $0.isNaN })
  }

  private func check(_ attention: (AttentionCall) -> Void, _ shape: FeatureShape, temperature: Float) {
    var samples = Samples(seed: shape.count)
    let input = samples.map(shape)
    let weight = samples.rows(1, columns: shape.channels)
    let gamma = Float(shape.positions) / 3
    func run(_ kernel: (AttentionCall) -> Void) -> GuardedOutput {
      let output = GuardedOutput(count: shape.positions)
      kernel(
        AttentionCall(
          input: input, shape: shape, weight: weight, bias: 0.3, temperature: temperature, gamma: gamma,
          output: output.slice))
      return output
    }
    let result = run(attention)
    let reference = run(KernelTable.scalar.attention).slice.array
    // Scores of n terms below 1 err by n + 3 roundings of n; the exponential turns twice that into a relative error,
    // its own error and that of the sum add a few more roundings. Exponentials below 1.2e-38 are multiples of 2^-149.
    let scoreError = Float(shape.channels + 3) * roundoff * Float(shape.channels + 1) / temperature
    let bounds = reference.map { (2 * scoreError + 40 * roundoff) * $0 + 0x1p-149 * (1 + gamma) }
    let comment: Comment = "\(shape), temperature \(temperature)"
    expectClose(result.slice.array, reference, within: bounds, comment)
    result.expectUntouchedGuards(comment)
  }
}
