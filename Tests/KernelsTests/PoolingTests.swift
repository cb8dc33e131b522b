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
              kind: kind, input: input, output: output, inputShape: shape, rows: PoolAxis([0..<3]),
              columns: PoolAxis(extent: 3, outputs: 1, kernel: 3, stride: 1, origin: 0, dilation: 1)))
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

  @Test("an axis's table holds the taps that lie inside the map, for every geometry")
  func axes() {
    for geometry in Self.geometries {
      let axis = geometry.rows
      for output in 0..<axis.count {
        let inside = (0..<geometry.kernel.height)
          .map { output * geometry.stride.height - geometry.origin.top + $0 * geometry.dilation.height }
          .filter((0..<geometry.height).contains)
        let found = (0..<Int(axis.table[2 * output + 1])).map { Int(axis.table[2 * output]) + $0 * axis.step }
        #expect(found == inside, "\(geometry.comment)")
      }
    }
  }

  @Test(
    "parts that are named one by one, overlapping and of any size, equal the reference",
    arguments: InstructionSet.available)
  func parts(_ instructionSet: InstructionSet) throws {
    let pool = try kernels(instructionSet).pool
    for channels in channelCounts {
      for kind in [PoolCall.Kind.maximum, .average(countsPadding: false)] {
        var samples = Samples(seed: channels)
        let shape = FeatureShape(height: 5, width: 7, channels: channels)
        let input = samples.map(shape)
        let (rows, columns) = ([0..<2, 1..<5, 4..<5], [0..<7, 3..<4])
        let (found, expected) = (
          GuardedOutput(count: 6 * shape.channelStride), TensorSlice(zeros: 6 * shape.channelStride)
        )
        for (kernel, output) in [(pool, found.slice), (KernelTable.scalar.pool, expected)] {
          kernel(
            PoolCall(
              kind: kind, input: input, output: output, inputShape: shape, rows: PoolAxis(rows),
              columns: PoolAxis(columns)))
        }
        let bounds = [Float](repeating: 40 * roundoff, count: expected.count)
        expectClose(found.slice.array, expected.array, within: bounds, "\(channels)")
        let first = rows[0].flatMap { row in columns[0].map { input[(row * 7 + $0) * shape.channelStride] } }
        let naive = kind.isMaximum ? first.max() : first.reduce(0, +) / 14
        #expect(abs(expected[0] - (naive ?? 0)) < 1e-6)
        found.expectUntouchedGuards("\(channels)")
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
          kind: kind, input: input, output: guarded.slice, inputShape: shape, rows: geometry.rows,
          columns: geometry.columns))
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
  /// The window's way down.
  fileprivate var rows: PoolAxis {
    PoolAxis(
      extent: height, outputs: outputShape(channels: 1).height, kernel: kernel.height, stride: stride.height,
      origin: origin.top, dilation: dilation.height)
  }

  /// The window's way across.
  fileprivate var columns: PoolAxis {
    PoolAxis(
      extent: width, outputs: outputShape(channels: 1).width, kernel: kernel.width, stride: stride.width,
      origin: origin.left, dilation: dilation.width)
  }

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

extension PoolCall.Kind {
  fileprivate var isMaximum: Bool { if case .maximum = self { true } else { false } }
}
