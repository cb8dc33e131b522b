import KernelInterface
import Kernels
import Tensors
import Testing

struct ElementwiseTests {
  @Test("an epilogue on a map equals the reference, also in place", arguments: InstructionSet.available)
  func equalsReference(_ instructionSet: InstructionSet) throws {
    let elementwise = try kernels(instructionSet).elementwise
    for (index, epilogue) in EpilogueCase.all.enumerated() {
      let channels = channelCounts[index % channelCounts.count]
      let shape = FeatureShape(height: 3, width: [1, 7, 13, 40][index % 4], channels: channels)
      var samples = Samples(seed: index)
      let input = samples.map(shape, scale: 2)
      for inPlace in [false, true] {
        epilogue.check(
          shape, magnitude: { 2 }, terms: 0, &samples,
          kernel: { output, epilogue in
            if inPlace { output.copy(from: input) }
            elementwise(call(inPlace ? output : input, output, shape, epilogue))
          }, reference: { KernelTable.scalar.elementwise(call(input, $0, shape, $1)) })
      }
    }
  }

  private func call(
    _ input: TensorSlice, _ output: TensorSlice, _ shape: FeatureShape, _ epilogue: Epilogue
  ) -> ElementwiseCall {
    ElementwiseCall(
      input: input, output: output, positions: shape.positions, channelStride: shape.channelStride, epilogue: epilogue)
  }

  @Test("NaN passes through and infinities follow the slopes", arguments: InstructionSet.available)
  func specialValues(_ instructionSet: InstructionSet) throws {
    let elementwise = try kernels(instructionSet).elementwise
    for functions in 1...4 {
      let map = TensorSlice(zeros: 16)
      for (index, value) in [Float.nan, .infinity, -.infinity, 8, -0.0].enumerated() { map[index] = value }
      var epilogue = Epilogue()
      epilogue.function = .lines(
        PiecewiseLines(
          functions: functions, slopes: TensorSlice([Float](repeating: 0.5, count: 16 * functions)),
          intercepts: TensorSlice(zeros: 16 * functions)))
      epilogue.upperBound = 6
      elementwise(ElementwiseCall(input: map, output: map, positions: 1, channelStride: 16, epilogue: epilogue))
      #expect(map[0].isNaN)
      let others = Array(map.array[1...])
      #expect(others == [6, -.infinity, 4, 0] + [Float](repeating: 0, count: 11))
    }
  }

  @Test("a rectifier keeps NaN and is exact", arguments: InstructionSet.available)
  func rectifier(_ instructionSet: InstructionSet) throws {
    let map = TensorSlice([Float.nan, -1, 1, 7, -.infinity, .infinity] + [Float](repeating: 0, count: 10))
    var epilogue = Epilogue()
    epilogue.function = .rectifier
    epilogue.upperBound = 6
    try kernels(instructionSet).elementwise(
      ElementwiseCall(input: map, output: map, positions: 1, channelStride: 16, epilogue: epilogue))
    #expect(map[0].isNaN)
    #expect(Array(map.array[1..<6]) == [0, 1, 6, 0, 6])
  }
}
