import KernelInterface
import Kernels
import Tensors
import Testing

struct CoefficientTests {
  private static let awkward: [Float] = [
    0, -0.0, 1, Float(1).nextUp, 0.05, Float(0.05).nextUp, Float(256).nextDown, -Float(256).nextDown, 0x1p-25,
    0x1.8p-24,
    -0x1p-25, .leastNonzeroMagnitude, -.leastNormalMagnitude,
  ]

  @Test(
    "sums, differences and claims equal the reference for any channels and strides", arguments: InstructionSet.available
  )
  func sums(_ instructionSet: InstructionSet) throws {
    let kernel = try kernels(instructionSet).addCoefficients
    for (functions, channels, stride) in [
      (1, 1, 1), (1, 1, 16), (2, 5, 5), (2, 5, 16), (2, 16, 16), (2, 17, 17), (3, 33, 48), (2, 48, 48), (4, 100, 101),
    ] {
      var samples = Samples(seed: channels * 7 + functions)
      let images = (0..<6).map { _ in
        [samples.values(functions * stride, scale: 2), samples.values(functions * stride, scale: 0.1)]
      }
      for (index, value) in Self.awkward.enumerated() {
        images[index % 6][index % 2][index * 31 % (functions * stride)] = value
      }
      expectEqual(kernel, images, functions: functions, stride: stride, channels: 0..<channels)
      expectEqual(kernel, images, functions: functions, stride: stride, channels: channels / 2..<channels)
      expectEqual(kernel, images, functions: functions, stride: stride, channels: channels - 1..<channels)
    }
  }

  @Test("sums of squares carry over 64 bits", arguments: InstructionSet.available)
  func carries(_ instructionSet: InstructionSet) throws {
    let extreme = TensorSlice([Float](repeating: -Float(256).nextDown, count: 2 * 20))
    let images = [[TensorSlice]](repeating: [extreme, extreme], count: 20)
    let sums = expectEqual(
      try kernels(instructionSet).addCoefficients, images, functions: 2, stride: 20, channels: 0..<20)
    #expect(sums[2 * 32] == 19, "20 squares of nearly 2^64")
  }

  @Test("a coefficient that cannot be summed leaves the sums as they were", arguments: InstructionSet.available)
  func unusable(_ instructionSet: InstructionSet) throws {
    let kernel = try kernels(instructionSet).addCoefficients
    for value in [Float.nan, .infinity, -.infinity, 256, -256, .greatestFiniteMagnitude] {
      for place in [0, 15, 16, 18, 19, 38] {
        var samples = Samples(seed: place)
        let image = [samples.values(2 * 20), samples.values(2 * 20)]
        image[place % 2][place] = value
        // Function 1 of channel 18 is the last that is looked at; what lies behind it does not matter.
        expectEqual(kernel, [image], functions: 2, stride: 20, channels: 0..<19)
      }
    }
  }

  @Test("histograms and sums of values equal the reference", arguments: InstructionSet.available)
  func histograms(_ instructionSet: InstructionSet) throws {
    let kernel = try kernels(instructionSet).addToHistogram
    for count in [1, 7, 8, 15, 16, 17, 100, 1000] {
      for (scale, shift) in [(Float(1), 13), (256, 22), (0.01, 8), (2, 12)] {
        for origin in [0, HistogramCall.bins / 2] {
          var samples = Samples(seed: count)
          let drawn = samples.values(count, scale: scale).array
          let values = TensorSlice(origin == 0 ? drawn.map(abs) : drawn)
          values[count / 2] = scale == 256 ? Float(512).nextDown : values[count / 2]
          func run(_ kernel: (HistogramCall) -> HistogramResult) -> (HistogramResult, [UInt16]) {
            let counts = AlignedStorage<UInt16>(count: HistogramCall.bins)
            for index in stride(from: 0, to: counts.count, by: 7) { counts[index] = 3 }
            let result = kernel(HistogramCall(values: values, counts: counts, shift: shift, origin: origin))
            return (result, (0..<counts.count).map { counts[$0] })
          }
          let (found, expected) = (run(kernel), run(KernelTable.scalar.addToHistogram))
          #expect(found == expected, "\(count), \(scale), \(shift), \(origin)")
          let reach = Double(HistogramCall.bins - origin) * Double(1 << shift) * 0x1p-24
          let units = values.array.map { (Double($0) * 0x1p24).rounded(.toNearestOrEven) * 0x1p-24 }
          #expect(found.0.counted == units.allSatisfy { $0 < reach && $0 >= (origin == 0 ? 0 : -reach) })
        }
      }
    }
  }

  /// Adds images one by one with both and expects the same results, sums and differences; returns the sums.
  @discardableResult
  private func expectEqual(
    _ kernel: (CoefficientCall) -> CoefficientResult?, _ images: [[TensorSlice]], functions: Int, stride: Int,
    channels: Range<Int>
  ) -> [UInt64] {
    let rowLength = FeatureShape.padded(stride)
    func run(_ kernel: (CoefficientCall) -> CoefficientResult?) -> ([CoefficientResult?], [UInt64], [Float]) {
      let outputs = TensorSlice(zeros: channels.count + 16)
      let count = CoefficientCall.sumCount(functions: functions, rowLength: rowLength)
      let sums = AlignedStorage<UInt64>(count: count)
      for index in 0..<count { sums[index] = UInt64(index) }
      let differences = TensorSlice(zeros: channels.count + 16)
      var found: [Float] = []
      let results = images.map { image in
        let result = kernel(
          CoefficientCall(
            slopes: image[0], intercepts: image[1], functions: functions, stride: stride, channels: channels,
            sums: sums, rowLength: rowLength, differences: differences, outputs: outputs,
            outputFunctions: max(1, functions - 1), upperBound: 0.75))
        if result != nil { found += (differences[0..<channels.count].array + outputs[0..<channels.count].array) }
        return result
      }
      return (results, (0..<count).map { sums[$0] &- UInt64($0) }, found)
    }
    let (found, expected) = (run(kernel), run(KernelTable.scalar.addCoefficients))
    #expect(found.0 == expected.0, "\(functions), \(stride), \(channels)")
    #expect(found.1 == expected.1, "\(functions), \(stride), \(channels)")
    #expect(found.2 == expected.2, "\(functions), \(stride), \(channels)")
    return found.1
  }
}
