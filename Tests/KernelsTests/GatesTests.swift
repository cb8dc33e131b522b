import Functions
import KernelInterface
import Kernels
import Tensors
import Testing

struct GatesTests {
  @Test(
    "the gate is within 1e-6 of its double-precision value, near 0 and far out", arguments: InstructionSet.available)
  func gateValues(_ instructionSet: InstructionSet) throws {
    let gate = try kernels(instructionSet).gate
    var samples = Samples(seed: 1)
    let random = (0..<20_000).map { _ in samples.value(12) }
    let small = (0..<2_000).map { samples.value(Float(sign: .plus, exponent: -$0 / 20, significand: 1)) }
    let input = TensorSlice(random + small + [0, 1, -1, 30, -30, 100, -100, 3e38, -3e38, .leastNonzeroMagnitude])
    for (base, range) in [(Float(0), Float(1)), (1, 0.5), (-0.25, 3)] {
      let (result, reference) = (GuardedOutput(count: input.count), GuardedOutput(count: input.count))
      gate(GateCall(input: input, base: base, range: range, output: result.slice))
      KernelTable.scalar.gate(GateCall(input: input, base: base, range: range, output: reference.slice))
      // Relative to the larger of the two terms: with base 0, relative to the result itself.
      let bounds = reference.slice.array.map { 1e-6 * max(abs(base), abs($0)) }
      expectClose(result.slice.array, reference.slice.array, within: bounds, "base \(base), range \(range)")
      result.expectUntouchedGuards("base \(base), range \(range)")
    }
  }

  @Test("the gate's ends are exact and it is odd around its base", arguments: InstructionSet.available)
  func gateSymmetry(_ instructionSet: InstructionSet) throws {
    let output = TensorSlice(zeros: 16)
    let input: [Float] = [.infinity, -.infinity, 0, 0.7, -0.7, .nan]
    try kernels(instructionSet).gate(GateCall(input: TensorSlice(input), base: 0, range: 2, output: output))
    #expect(output.array.prefix(3) == [2, -2, 0])
    #expect(output[3] == -output[4] && output[3] > 0)
    #expect(output[5].isNaN)
  }

  @Test("lanes behind the gate's input become zero", arguments: InstructionSet.available)
  func gateTails(_ instructionSet: InstructionSet) throws {
    let gate = try kernels(instructionSet).gate
    for count in 1...40 {
      var samples = Samples(seed: count)
      let input = samples.values(count)
      let output = GuardedOutput(count: FeatureShape.padded(count))
      let reference = TensorSlice(zeros: FeatureShape.padded(count))
      gate(GateCall(input: input, base: 1, range: 0.5, output: output.slice))
      KernelTable.scalar.gate(GateCall(input: input, base: 1, range: 0.5, output: reference))
      expectClose(
        output.slice.array, reference.array, within: [Float](repeating: 1e-6, count: reference.count),
        "\(count) elements")
      expectZeroPadding(output.slice.array, channels: count, "\(count) elements")
      output.expectUntouchedGuards("\(count) elements")
    }
  }

  @Test("every gate is within 1e-6 of its double-precision value", arguments: InstructionSet.available)
  func kinds(_ instructionSet: InstructionSet) throws {
    let gate = try kernels(instructionSet).gate
    var samples = Samples(seed: 2)
    let input = TensorSlice((0..<999).map { _ in samples.value(8) } + [0, 3, -3, 100, -100, 3e38, -3e38])
    for kind in Gate.allCases {
      for (base, range) in [(Float(0), Float(1)), (1, 0.5), (-0.25, 3)] {
        let (result, reference) = (GuardedOutput(count: input.count), GuardedOutput(count: input.count))
        gate(GateCall(kind, input: input, base: base, range: range, output: result.slice))
        KernelTable.scalar.gate(GateCall(kind, input: input, base: base, range: range, output: reference.slice))
        let bounds = [Float](repeating: 1e-6 * (abs(base) + range), count: input.count)
        expectClose(result.slice.array, reference.slice.array, within: bounds, "\(kind), base \(base), range \(range)")
        result.expectUntouchedGuards("\(kind)")
      }
    }
  }
}
