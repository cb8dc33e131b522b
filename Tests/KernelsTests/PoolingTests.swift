import KernelInterface
import Kernels
import Tensors
import Testing

struct PoolingTests {
  /// Geometries of which every window holds some position of the map.
  private static let geometries =
    SpatialCase.all.filter(\.windowsHoldInput) + [
      SpatialCase(height: 1, width: 1, kernel: (1, 1), origin: (0, 0), end: (0, 0)),
      SpatialCase(height: 7, width: 6, kernel: (2, 2), stride: (2, 2), origin: (0, 0), end: (1, 0)),
      SpatialCase(height: 3, width: 4, kernel: (3, 4), stride: (3, 4), origin: (0, 0), end: (0, 0)),
    ]
  private static let averages = [PoolCall.Kind.average(countsPadding: true), .average(countsPadding: false)]

  @Test("the largest value under each window is found exactly, for every geometry", arguments: InstructionSet.available)
  func maximum(_ instructionSet: InstructionSet) throws {
    let pool = try kernels(instructionSet).pool
    #expect(Self.geometries.count > 30)
    for (index, geometry) in Self.geometries.enumerated() {
      check(pool, .maximum, geometry, channels: channelCounts[index % channelCounts.count], seed: index)
    }
  }

  @Test("averages equal the reference for every geometry", arguments: InstructionSet.available)
  func average(_ instructionSet: InstructionSet) throws {
    let pool = try kernels(instructionSet).pool
    for (index, geometry) in Self.geometries.enumerated() {
      for kind in Self.averages {
        check(pool, kind, geometry, channels: channelCounts[index % channelCounts.count], seed: index)
      }
    }
  }

  @Test("poolings equal the reference for every channel count", arguments: InstructionSet.available)
  func channels(_ instructionSet: InstructionSet) throws {
    let pool = try kernels(instructionSet).pool
    for channels in channelCounts + [130] {
      for kind in Self.averages + [.maximum] {
        check(pool, kind, SpatialCase(height: 5, width: 7, stride: (2, 2)), channels: channels, seed: channels)
      }
    }
  }

  @Test(
    "NaN and infinities come through wherever they stand under a window, and reach no other channel",
    arguments: InstructionSet.available)
  func notFinite(_ instructionSet: InstructionSet) throws {
    let pool = try kernels(instructionSet).pool
    let shape = FeatureShape(height: 3, width: 3, channels: 5)
    for position in 0..<9 {
      for kind in Self.averages + [.maximum] {
        for value in [Float.nan, .infinity, -.infinity] {
          var samples = Samples(seed: position)
          let input = samples.map(shape)
          input[position * shape.channelStride + 2] = value
          let output = TensorSlice(zeros: 16)
          pool(
            PoolCall(
              kind: kind, input: input, output: output,
              geometry: WindowGeometry(
                inputShape: shape, outputShape: FeatureShape(height: 1, width: 1, channels: 5), kernel: (3, 3),
                stride: (1, 1), origin: (0, 0), dilation: (1, 1))))
          let result = output[2]
          switch (kind, value) {
          case (_, .infinity): #expect(result == .infinity)
          case (.maximum, -.infinity): #expect(result.isFinite)
          case (_, -.infinity): #expect(result == -.infinity)
          default: #expect(result.isNaN, "\(kind), position \(position)")
          }
          #expect(output.array.enumerated().allSatisfy { $0.offset == 2 || $0.element.isFinite })
        }
      }
    }
  }

  private func check(
    _ pool: (PoolCall) -> Void, _ kind: PoolCall.Kind, _ geometry: SpatialCase, channels: Int, seed: Int
  ) {
    var samples = Samples(seed: seed)
    let shape = FeatureShape(height: geometry.height, width: geometry.width, channels: channels)
    let output = geometry.outputShape(channels: channels)
    let input = samples.map(shape)
    func run(_ kernel: (PoolCall) -> Void, _ input: TensorSlice) -> GuardedOutput {
      let guarded = GuardedOutput(count: output.storedCount)
      kernel(
        PoolCall(
          kind: kind, input: input, output: guarded.slice,
          geometry: geometry.geometry(inChannels: channels, outChannels: channels)))
      return guarded
    }
    let comment: Comment = "\(kind), \(geometry.comment), \(channels) channels"
    let result = run(pool, input)
    var roundings: Float = 0
    if case .average = kind { roundings = Float(geometry.kernel.height * geometry.kernel.width + 2) }
    let magnitudes = run(KernelTable.scalar.pool, input.magnitudes).slice.array
    expectClose(
      result.slice.array, run(KernelTable.scalar.pool, input).slice.array,
      within: magnitudes.map { roundings * roundoff * $0 }, comment)
    expectZeroPadding(result.slice.array, channels: channels, comment)
    result.expectUntouchedGuards(comment)
  }
}

extension SpatialCase {
  /// Whether some tap of every window lies inside the map.
  fileprivate var windowsHoldInput: Bool {
    let output = outputShape(channels: 1)
    func hold(_ outputs: Int, _ stride: Int, _ before: Int, _ kernel: Int, _ dilation: Int, _ size: Int) -> Bool {
      (0..<outputs).allSatisfy { output in
        (0..<kernel).contains { (0..<size).contains(output * stride - before + $0 * dilation) }
      }
    }
    return hold(output.height, stride.height, origin.top, kernel.height, dilation.height, height)
      && hold(output.width, stride.width, origin.left, kernel.width, dilation.width, width)
  }
}
