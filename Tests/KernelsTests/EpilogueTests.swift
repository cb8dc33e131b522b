import KernelInterface
import Kernels
import Tensors
import Testing

struct EpilogueTests {
  @Test("epilogues of 1x1 convolutions equal the reference", arguments: InstructionSet.available)
  func pointwise(_ instructionSet: InstructionSet) throws {
    let pointwise = try kernels(instructionSet).pointwise
    for (index, epilogue) in EpilogueCase.all.enumerated() {
      let shape = FeatureShape(
        height: 3, width: [1, 7, 11, 28][index % 4], channels: channelCounts[index % channelCounts.count])
      let inChannels = [1, 8, 17][index % 3]
      var samples = Samples(seed: index)
      let input = samples.rows(shape.positions, columns: inChannels)
      let weights = PackedWeights.pointwise(
        samples.values(shape.channels * inChannels), outChannels: shape.channels, inChannels: inChannels)
      let bias = samples.rows(1, columns: shape.channels)
      func call(_ output: TensorSlice, _ epilogue: Epilogue) -> PointwiseCall {
        PointwiseCall(
          input: input, output: output, positions: shape.positions, inChannels: inChannels,
          outChannels: shape.channels, weights: weights, bias: bias, epilogue: epilogue)
      }
      epilogue.check(
        shape, magnitude: { Float(inChannels + 1) }, terms: inChannels, &samples,
        kernel: { pointwise(call($0, $1)) }, reference: { KernelTable.scalar.pointwise(call($0, $1)) })
    }
  }

  @Test("epilogues of depthwise convolutions equal the reference, for any rows", arguments: InstructionSet.available)
  func depthwise(_ instructionSet: InstructionSet) throws {
    let depthwise = try kernels(instructionSet).depthwise
    for (index, epilogue) in EpilogueCase.all.enumerated() {
      let channels = channelCounts[index % channelCounts.count]
      try check(depthwise, KernelTable.scalar.depthwise, epilogue, index, inChannels: channels, outChannels: channels) {
        PackedWeights.depthwise($0, channels: channels, kernel: $1)
      }
    }
  }

  @Test("epilogues of dense convolutions equal the reference, for any rows", arguments: InstructionSet.available)
  func convolution(_ instructionSet: InstructionSet) throws {
    let convolution = try kernels(instructionSet).convolution
    for (index, epilogue) in EpilogueCase.all.enumerated() {
      let channels = channelCounts[index % channelCounts.count]
      try check(convolution, KernelTable.scalar.convolution, epilogue, index, inChannels: 2, outChannels: channels) {
        PackedWeights.dense($0, outChannels: channels, inChannels: 2, kernel: $1)
      }
    }
  }

  @Test(
    "epilogues of Winograd's 3x3 convolutions equal the reference, for any rows", arguments: InstructionSet.available)
  func winograd(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    func run(_ table: KernelTable) -> (SpatialCall) -> Void {
      { call in
        let scratch = TensorSlice(zeros: WinogradTiling(call.geometry, images: 1).scratchFloats)
        table.winograd(WinogradCall([call], scratch: scratch))
      }
    }
    for (index, epilogue) in EpilogueCase.all.enumerated() {
      let channels = channelCounts[index % channelCounts.count]
      let spatial = SpatialCase(height: 5, width: [1, 6, 9, 16][index % 4])
      try check(
        run(table), run(.scalar), epilogue, index, spatial, inChannels: 2, outChannels: channels, magnitude: 9
      ) { weights, _ in PackedWeights.winograd(weights, outChannels: channels, inChannels: 2) }
    }
  }

  private func check(
    _ kernel: (SpatialCall) -> Void, _ reference: (SpatialCall) -> Void, _ epilogue: EpilogueCase, _ index: Int,
    _ spatial: SpatialCase? = nil, inChannels: Int, outChannels: Int, magnitude: Float = 1,
    pack: (TensorSlice, (height: Int, width: Int)) -> TensorSlice
  ) throws {
    let spatial = spatial ?? SpatialCase.all[index % SpatialCase.all.count]
    let isDepthwise = inChannels == outChannels && inChannels != 2
    let geometry = spatial.geometry(inChannels: inChannels, outChannels: outChannels)
    var samples = Samples(seed: index)
    let terms = spatial.kernel.height * spatial.kernel.width * (isDepthwise ? 1 : inChannels)
    let weights = pack(samples.values(outChannels * terms), spatial.kernel)
    let input = samples.map(geometry.inputShape)
    let bias = samples.rows(1, columns: outChannels)
    let height = geometry.outputShape.height
    for rows in [0..<height, height / 2..<height, 0..<1] {
      var shape = geometry.outputShape
      shape.height = rows.count
      func call(_ output: TensorSlice, _ epilogue: Epilogue) -> SpatialCall {
        SpatialCall(
          input: input, output: output, geometry: geometry, rows: rows, weights: weights, bias: bias,
          epilogue: epilogue)
      }
      epilogue.check(
        shape, magnitude: { magnitude * Float(terms + 1) }, terms: terms, &samples,
        kernel: { kernel(call($0, $1)) }, reference: { reference(call($0, $1)) })
    }
  }

  @Test("sums do not depend on how many rows a call computes", arguments: InstructionSet.available)
  func sumsOfRows(_ instructionSet: InstructionSet) throws {
    let pointwise = try kernels(instructionSet).pointwise
    for (width, channels) in [(5, 16), (14, 48), (112, 40)] {
      var samples = Samples(seed: width)
      let shape = FeatureShape(height: 4, width: width, channels: channels)
      let input = samples.rows(shape.positions, columns: 8)
      let weights = PackedWeights.pointwise(samples.values(channels * 8), outChannels: channels, inChannels: 8)
      func run(_ rows: Range<Int>) -> (output: [Float], sums: [Float]) {
        let positions = rows.count * width
        let output = TensorSlice(zeros: positions * shape.channelStride)
        let sums = TensorSlice(zeros: rows.count * 2 * shape.channelStride)
        var epilogue = Epilogue()
        epilogue.sums = Epilogue.RowSums(storage: sums, width: width, period: 2)
        pointwise(
          PointwiseCall(
            input: input[rows.lowerBound * width * 16..<rows.upperBound * width * 16], output: output,
            positions: positions, inChannels: 8, outChannels: channels, weights: weights,
            bias: TensorSlice(zeros: shape.channelStride), epilogue: epilogue))
        return (output.array, sums.array)
      }
      let (whole, parts) = (run(0..<4), [run(0..<1), run(1..<4)])
      #expect(whole.output == parts.flatMap(\.output) && whole.sums == parts.flatMap(\.sums))
    }
  }
}
