import KernelInterface
import Kernels
import Tensors
import Testing

@Suite struct WinogradTests {
  /// Maps down to one element, odd and even, padded on all sides, on some or on none, wider than what is taken at a
  /// time.
  private static let cases: [SpatialCase] =
    [1, 2, 3, 4, 5, 7, 8, 13, 14, 23].map { SpatialCase(height: max(1, $0 - 1), width: $0) } + [
      SpatialCase(height: 9, width: 8, origin: (0, 0), end: (0, 0)),
      SpatialCase(height: 5, width: 6, origin: (2, 1), end: (0, 2)),
      SpatialCase(height: 4, width: 4, origin: (3, 4), end: (4, 3)),
      SpatialCase(height: 3, width: 131), SpatialCase(height: 40, width: 12),
    ]

  @Test("fewer multiplications give the dense convolution", arguments: InstructionSet.available)
  func equalsDenseConvolution(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    for (index, geometry) in Self.cases.enumerated() {
      for inChannels in [1, channelCounts[index % channelCounts.count], 40] {
        let outChannels = channelCounts[(index + 3) % channelCounts.count]
        check(table, geometry, inChannels: inChannels, outChannels: outChannels, seed: index)
      }
    }
  }

  @Test("the scalar form gives the dense convolution")
  func scalar() {
    for (index, geometry) in Self.cases.prefix(8).enumerated() {
      check(.scalar, geometry, inChannels: 3, outChannels: 5, seed: index)
    }
  }

  /// Holds the kernel to the definition of a convolution.
  private func check(
    _ table: KernelTable, _ geometry: SpatialCase, inChannels: Int, outChannels: Int, seed: Int
  ) {
    var samples = Samples(seed: seed)
    let shape = FeatureShape(height: geometry.height, width: geometry.width, channels: inChannels)
    let output = geometry.outputShape(channels: outChannels)
    let (input, bias) = (samples.map(shape), samples.rows(1, columns: outChannels))
    let weights = samples.values(outChannels * inChannels * 9)
    let window = geometry.geometry(inChannels: inChannels, outChannels: outChannels)
    let expected = GuardedOutput(count: output.storedCount)
    KernelTable.scalar.convolution(
      SpatialCall(
        input: input, output: expected.slice, geometry: window,
        weights: PackedWeights.dense(
          weights, outChannels: outChannels, inChannels: inChannels, kernel: (3, 3)), bias: bias))
    let found = GuardedOutput(count: output.storedCount)
    let scratch = GuardedOutput(count: WinogradTiling(window, images: 1).scratchFloats)
    table.winograd(
      WinogradCall(
        [
          SpatialCall(
            input: input, output: found.slice, geometry: window,
            weights: PackedWeights.winograd(weights, outChannels: outChannels, inChannels: inChannels), bias: bias)
        ],
        scratch: scratch.slice))
    let comment: Comment = "\(geometry.comment), \(inChannels) to \(outChannels) channels"
    // Numbers are at most 1 in magnitude, so that transformed inputs and weights are at most 4 and 2.25.
    let bound = Float(16 * inChannels + 16) * roundoff * 4
    expectClose(
      found.slice.array, expected.slice.array, within: Array(repeating: bound, count: output.storedCount), comment)
    expectZeroPadding(found.slice.array, channels: outChannels, comment)
    found.expectUntouchedGuards(comment)
    scratch.expectUntouchedGuards(comment)
  }

  @Test("any rows are computed as they are in the whole map, bit for bit", arguments: InstructionSet.available)
  func rows(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    var samples = Samples(seed: 5)
    let window = SpatialCase(height: 13, width: 11).geometry(inChannels: 37, outChannels: 70)
    let (shape, output) = (window.inputShape, window.outputShape)
    let (input, bias) = (samples.map(shape), samples.rows(1, columns: output.channels))
    let weights = PackedWeights.winograd(
      samples.values(output.channels * shape.channels * 9), outChannels: output.channels, inChannels: shape.channels)
    let scratch = TensorSlice(zeros: WinogradTiling(window, images: 1).scratchFloats)
    func run(_ rows: Range<Int>) -> (map: [Float], sums: [Float]) {
      let floats = rows.count * output.width * output.channelStride
      let (map, sums) = (TensorSlice(zeros: floats), TensorSlice(zeros: rows.count * 2 * output.channelStride))
      var epilogue = Epilogue()
      epilogue.function = .rectifier
      epilogue.sums = Epilogue.RowSums(storage: sums, width: output.width, period: 2)
      table.winograd(
        WinogradCall(
          [
            SpatialCall(
              input: input, output: map, geometry: window, rows: rows, weights: weights, bias: bias, epilogue: epilogue)
          ],
          scratch: scratch))
      return (map.array, sums.array)
    }
    let whole = run(0..<output.height)
    for rows in [0..<1, 1..<2, 1..<6, 5..<13, 12..<13, 4..<4] {
      let (part, row) = (run(rows), (output.width * output.channelStride, 2 * output.channelStride))
      #expect(part.map == Array(whole.map[rows.lowerBound * row.0..<rows.upperBound * row.0]), "\(rows)")
      #expect(part.sums == Array(whole.sums[rows.lowerBound * row.1..<rows.upperBound * row.1]), "\(rows)")
    }
  }

  @Test("images together give what each gives alone, bit for bit", arguments: InstructionSet.available)
  func together(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    for (size, inChannels, outChannels) in [(7, 40, 70), (5, 16, 16), (24, 33, 100), (1, 3, 5)] {
      var samples = Samples(seed: size)
      let window = SpatialCase(height: size, width: size).geometry(inChannels: inChannels, outChannels: outChannels)
      let output = window.outputShape
      let bias = samples.rows(1, columns: outChannels)
      let weights = PackedWeights.winograd(
        samples.values(outChannels * inChannels * 9), outChannels: outChannels, inChannels: inChannels)
      let inputs = (0..<5).map { _ in samples.map(window.inputShape) }
      func call(_ image: Int, _ map: TensorSlice, _ sums: TensorSlice) -> SpatialCall {
        var epilogue = Epilogue()
        epilogue.upperBound = 1 + Float(image)
        epilogue.function = .rectifier
        epilogue.sums = Epilogue.RowSums(storage: sums, width: output.width, period: 1)
        return SpatialCall(
          input: inputs[image], output: map, geometry: window, weights: weights, bias: bias, epilogue: epilogue)
      }
      func run(_ images: Range<Int>) -> [[Float]] {
        let maps = images.map { _ in TensorSlice(zeros: output.storedCount) }
        let sums = images.map { _ in TensorSlice(zeros: output.height * output.channelStride) }
        let calls = images.map { call($0, maps[$0 - images.lowerBound], sums[$0 - images.lowerBound]) }
        let scratch = TensorSlice(zeros: WinogradTiling(window, images: images.count).scratchFloats)
        table.winograd(WinogradCall(calls, scratch: scratch))
        return zip(maps, sums).flatMap { [$0.array, $1.array] }
      }
      #expect(run(0..<5) == (0..<5).flatMap { run($0..<$0 + 1) }, "\(size)x\(size)")
    }
  }

  @Test("its error is at most twice that of the convolution as it is written", arguments: InstructionSet.available)
  func error(_ instructionSet: InstructionSet) throws {
    let table = try kernels(instructionSet)
    for (index, channels) in [16, 64, 128].enumerated() {
      var samples = Samples(seed: index)
      let window = SpatialCase(height: 8, width: 10).geometry(inChannels: channels, outChannels: 24)
      let (input, bias) = (samples.map(window.inputShape), samples.rows(1, columns: 24))
      let weights = samples.values(24 * channels * 9)
      let exact = exact(input: input, weights: weights, bias: bias, window)
      func squares(_ run: (TensorSlice) -> Void) -> Double {
        let found = TensorSlice(zeros: window.outputShape.storedCount)
        run(found)
        return zip(found.array, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
      }
      let direct = squares { output in
        table.convolution(
          SpatialCall(
            input: input, output: output, geometry: window,
            weights: PackedWeights.dense(weights, outChannels: 24, inChannels: channels, kernel: (3, 3)), bias: bias))
      }
      let winograd = squares { output in
        table.winograd(
          WinogradCall(
            [
              SpatialCall(
                input: input, output: output, geometry: window,
                weights: PackedWeights.winograd(weights, outChannels: 24, inChannels: channels), bias: bias)
            ],
            scratch: TensorSlice(zeros: WinogradTiling(window, images: 1).scratchFloats)))
      }
      #expect(direct > 0 && winograd <= 4 * direct, "\(channels) channels: \(winograd / direct) times the squares")
    }
  }

  /// The convolution in double precision, laid out like its output.
  private func exact(
    input: TensorSlice, weights: TensorSlice, bias: TensorSlice, _ window: WindowGeometry
  ) -> [Double] {
    let (shape, output) = (window.inputShape, window.outputShape)
    var values = [Double](repeating: 0, count: output.storedCount)
    for position in 0..<output.positions {
      for out in 0..<output.channels {
        var sum = Double(bias[out])
        for tap in 0..<9 {
          let (row, column) = (position / output.width - 1 + tap / 3, position % output.width - 1 + tap % 3)
          guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { continue }
          for channel in 0..<shape.channels {
            let value = input[(row * shape.width + column) * shape.channelStride + channel]
            sum += Double(value) * Double(weights[(out * shape.channels + channel) * 9 + tap])
          }
        }
        values[position * output.channelStride + out] = sum
      }
    }
    return values
  }
}
