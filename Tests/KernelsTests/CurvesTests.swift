import Functions
import KernelInterface
import Kernels
import Tensors
import Testing

struct CurvesTests {
  @Test(
    "curves are within 1e-6 of their double-precision values, near 0 and far out", arguments: InstructionSet.available)
  func values(_ instructionSet: InstructionSet) throws {
    var samples = Samples(seed: 3)
    let random = (0..<8_000).map { _ in samples.value(12) }
    let small = (0..<1_000).map { samples.value(Float(sign: .plus, exponent: -$0 / 10, significand: 1)) }
    let special: [Float] = [0, 1, -1, 3, -3, 20, -20, 90, -90, 1e4, -1e4, .leastNonzeroMagnitude]
    let whole = random + small + special
    let input = TensorSlice(whole + [Float](repeating: 0, count: FeatureShape.padded(whole.count) - whole.count))
    for curve in Curve.allCases {
      let (found, expected) = (GuardedOutput(count: input.count), GuardedOutput(count: input.count))
      run(try kernels(instructionSet).elementwise, curve, input, found.slice)
      run(KernelTable.scalar.elementwise, curve, input, expected.slice)
      let bounds = expected.slice.array.map { 1e-6 * max(1, abs($0)) }
      expectClose(found.slice.array, expected.slice.array, within: bounds, "\(curve)")
      found.expectUntouchedGuards("\(curve)")
    }
  }

  @Test(
    "factors within and around curves, and for x below 0, give the reference's values",
    arguments: InstructionSet.available)
  func scales(_ instructionSet: InstructionSet) throws {
    var samples = Samples(seed: 4)
    let input = samples.values(320, scale: 6)
    (input[0], input[1]) = (0, -0.0)
    for index in 0..<320 where index % 16 >= 7 { input[index] = 0 }
    for curve in Curve.allCases {
      for scales in [
        CurveScales(negative: 0.5), CurveScales(output: 1.5, negative: -2), CurveScales(input: 2.5, output: 0.4),
        CurveScales(input: -1),
      ] {
        let (found, expected) = (GuardedOutput(count: input.count), GuardedOutput(count: input.count))
        for (kernel, output) in [
          (try kernels(instructionSet).elementwise, found), (KernelTable.scalar.elementwise, expected),
        ] {
          var epilogue = Epilogue()
          epilogue.function = .curve(curve, scales: scales, channels: 7)
          kernel(
            ElementwiseCall(
              input: input, output: output.slice, positions: 20, channelStride: 16, epilogue: epilogue))
        }
        let bounds = expected.slice.array.map { 4e-6 * max(1, abs($0)) }
        expectClose(found.slice.array, expected.slice.array, within: bounds, "\(curve), \(scales)")
        expectZeroPadding(found.slice.array, channels: 7, "\(curve), \(scales)")
        found.expectUntouchedGuards("\(curve), \(scales)")
      }
    }
  }

  @Test(
    "a sigmoid falls to 0 by the smallest floats, as its double-precision value", arguments: InstructionSet.available)
  func smallestFloats(_ instructionSet: InstructionSet) throws {
    let input = TensorSlice(
      (0..<64).map { -Float(84 + 0.346 * Double($0)) } + [-1e4, -.infinity] + .init(repeating: 0, count: 14))
    for curve in [Curve.sigmoid, .silu] {
      let (found, expected) = (GuardedOutput(count: input.count), GuardedOutput(count: input.count))
      run(try kernels(instructionSet).elementwise, curve, input, found.slice)
      run(KernelTable.scalar.elementwise, curve, input, expected.slice)
      // A factor of up to 104 turns half of the smallest float into 52 of them.
      let least = curve == .sigmoid ? Float(0x1p-149) : 0x1p-143
      let bounds = expected.slice.array.map { 1e-6 * abs($0) + least }
      expectClose(
        Array(found.slice.array[..<65]), Array(expected.slice.array[..<65]), within: Array(bounds[..<65]), "\(curve)")
      #expect(found.slice[64] == 0 && found.slice[65] == 0, "\(curve)")
    }
  }

  @Test("curves keep NaN, and padding lanes stay zero", arguments: InstructionSet.available)
  func padding(_ instructionSet: InstructionSet) throws {
    let elementwise = try kernels(instructionSet).elementwise
    for curve in Curve.allCases {
      for channels in [1, 4, 7, 8, 13, 16] {
        let map = TensorSlice(zeros: 16)
        map[0] = .nan
        var epilogue = Epilogue()
        epilogue.function = .curve(curve, channels: channels)
        elementwise(ElementwiseCall(input: map, output: map, positions: 1, channelStride: 16, epilogue: epilogue))
        #expect(map[0].isNaN, "\(curve)")
        expectZeroPadding(map.array, channels: channels, "\(curve)")
      }
    }
  }

  @Test("PReLU is exact for slopes above 1, below 0 and in between", arguments: InstructionSet.available)
  func parametric(_ instructionSet: InstructionSet) throws {
    let slopes: [Float] = [0.25, 2, -3, 0, 1, 2, 0.5, 4]
    let input: [Float] = [-2, -2, -2, -2, -2, 3, 3, .nan]
    let map = TensorSlice(input + [Float](repeating: 0, count: 8))
    var epilogue = Epilogue()
    epilogue.function = .parametric(slopes: TensorSlice(slopes + [Float](repeating: 0, count: 8)))
    try kernels(instructionSet).elementwise(
      ElementwiseCall(input: map, output: map, positions: 1, channelStride: 16, epilogue: epilogue))
    #expect(Array(map.array[..<7]) == [-0.5, -4, 6, 0, -2, 3, 3])
    #expect(map[7].isNaN && map.array[8...].allSatisfy { $0 == 0 })
  }

  private func run(
    _ elementwise: (ElementwiseCall) -> Void, _ curve: Curve, _ input: TensorSlice, _ output: TensorSlice
  ) {
    var epilogue = Epilogue()
    epilogue.function = .curve(curve, channels: input.count)
    elementwise(
      ElementwiseCall(input: input, output: output, positions: 1, channelStride: input.count, epilogue: epilogue))
  }
}
